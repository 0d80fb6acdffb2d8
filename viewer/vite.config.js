// One file that draws in a page, and in a JavaScript engine that has none. It asks no other machine for anything.
import { fileURLToPath } from "node:url";

export default {
  logLevel: "warn",
  define: { "process.env.NODE_ENV": '"production"' },
  build: {
    outDir: fileURLToPath(new URL("../src/interlock/charts/built", import.meta.url)),
    emptyOutDir: true,
    target: "es2020",
    lib: { entry: "src/main.ts", name: "interlock", formats: ["iife"], fileName: () => "viewer.js" },
  },
};
