// The built viewer, against what Python wrote: tests/snapshots/*.json of the repository.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const root = fileURLToPath(new URL("../..", import.meta.url));
const script = readFileSync(`${root}/src/interlock/charts/built/viewer.js`, "utf8");
vm.runInThisContext(`${script}; globalThis.interlock = interlock`);
const viewer = globalThis.interlock;
const folder = `${root}/tests/snapshots`;
const charts = readdirSync(folder).filter((name) => name.startsWith("chart-") && name.endsWith(".json"));

test("there is one file, small enough to stand in every report", () => {
  assert.ok(script.length < 1_500_000, `${script.length} bytes`);
});

test("it names no other machine but the standards of SVG and HTML, and its licences", () => {
  const hosts = new Set([...script.matchAll(/https?:\/\/([\w.-]+)/g)].map((found) => found[1]));
  for (const known of ["www.w3.org", "www.apache.org", "echarts.apache.org"]) hosts.delete(known);
  assert.deepEqual([...hosts], []);
});

for (const name of charts) {
  const json = readFileSync(`${folder}/${name}`, "utf8");
  for (const dark of [false, true]) {
    test(`${name} is drawn ${dark ? "dark" : "light"}`, () => {
      const svg = viewer.svg(json, 800, 450, dark);
      const { title, alt } = JSON.parse(json);
      assert.match(svg, /^<svg .* width="800" height="450" role="img">/);
      assert.ok(svg.includes(title.slice(0, 12).replaceAll("&", "&amp;")), "its title");
      assert.ok(alt.length > 40, "its words for those who do not see it");
      assert.ok(!/NaN|undefined|@[a-z0-9]+"/.test(svg), "every number is one, and every colour was found");
    });
  }
}

test("a line is broken where it has to be, and what does not fit ends in an ellipsis", () => {
  const lines = viewer.wrap("one two three four five six seven", 120, 16, 2);
  assert.equal(lines.length, 2);
  assert.ok(lines[1].endsWith("…"));
  assert.deepEqual([...viewer.wrap("x".repeat(400), 100, 16, 2)].length, 1);
});

test("a line is not broken between a number and its unit", () => {
  for (const said of ["45 %", "35 M", "1,240 B", "2.1 cents", "3 GW"]) {
    for (let width = 100; width < 400; width += 10) {
      const lines = [...viewer.wrap(`Of what the lab pays, ${said} came back as sales of the maker`, width, 16, 99)];
      assert.ok(lines.some((line) => line.includes(said)), `${said} within ${width}`);
      assert.equal(lines.join(" "), `Of what the lab pays, ${said} came back as sales of the maker`);
    }
  }
});

test("what is said of a point are the lines that Python wrote, and of none of them nothing", () => {
  assert.deepEqual([...viewer.linesOf({ data: { value: 1, hover: ["<b>lab</b>", "2 B"] } })], ["<b>lab</b>", "2 B"]);
  assert.deepEqual([...viewer.linesOf([{ data: { value: 1, hover: [] } }])], []);
});

test("a table is sorted by numbers, then words, then what is empty", () => {
  const rows = [[null], ["b"], [2], [10]];
  assert.deepEqual(viewer.sorted(rows, 0, false).map(([cell]) => cell), [2, 10, "b", null]);
  assert.deepEqual(viewer.sorted(rows, 0, true).map(([cell]) => cell), [10, 2, "b", null]);
  assert.equal(viewer.shown(1234567.8), "1,230,000");
  assert.equal(viewer.shown(null), "–");
  assert.equal(viewer.shown(2027), "2027");
});
