// Colours by name, light and dark: the same as in Python, from the same file.
import palettes from "../../src/interlock/charts/palette.json";
import type { Json, Option } from "./chart";

export type Palette = { readonly [name: string]: string };

export const LIGHT: Palette = palettes.light;
export const DARK: Palette = palettes.dark;

const KEYS = new Set(["color", "fill", "stroke", "borderColor", "backgroundColor", "textBorderColor"]);

/** Colour names (`@ink`) become colours, where a colour belongs and nowhere else: a party may be called anything. */
export function coloured(value: Json, palette: Palette): Json {
  if (Array.isArray(value)) return value.map((each) => coloured(each, palette));
  if (value === null || typeof value !== "object") return value;
  const found: Option = {};
  for (const [key, each] of Object.entries(value)) {
    found[key] = KEYS.has(key) ? named(each, palette) : coloured(each, palette);
  }
  return found;
}

function named(value: Json, palette: Palette): Json {
  if (typeof value === "string") return value.startsWith("@") ? (palette[value.slice(1)] ?? value) : value;
  return Array.isArray(value) ? value.map((each) => named(each, palette)) : coloured(value, palette);
}

/** A number of an axis, with the minus sign of print. */
function counted(number: number): string {
  const [whole = "", part] = String(Math.abs(Number(number.toPrecision(12)))).split(".");
  const grouped = whole.includes("e") ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${number < 0 ? "−" : ""}${grouped}${part ? `.${part}` : ""}`;
}

/** What ECharts draws unless a chart says otherwise. */
export function theme(palette: Palette): object {
  const label = { color: palette.muted, fontSize: 12.5 };
  const axis = {
    axisLine: { lineStyle: { color: palette.faint } },
    axisTick: { show: false },
    axisLabel: { ...label, hideOverlap: true },
    nameTextStyle: { color: palette.muted, fontSize: 12.5 },
    splitLine: { lineStyle: { color: palette.grid } },
    splitArea: { show: false },
  };
  return {
    backgroundColor: palette.paper,
    color: ["1", "2", "3", "4", "5", "6", "7", "8"].map((name) => palette[name]),
    textStyle: { fontFamily: FONTS, color: palette.ink },
    legend: { textStyle: { color: palette.ink, fontSize: 12.5 }, inactiveColor: palette.faint, itemWidth: 18, itemHeight: 10 },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false }, axisLabel: { ...axis.axisLabel, formatter: counted } },
    logAxis: { ...axis, axisLine: { show: false } },
    timeAxis: { ...axis, splitLine: { show: false } },
    tooltip: {
      backgroundColor: palette.paper,
      borderColor: palette.faint,
      textStyle: { color: palette.ink, fontSize: 13 },
      confine: true,
    },
  };
}

export const FONTS = "'Source Sans Pro', 'Helvetica Neue', Helvetica, Arial, sans-serif";
