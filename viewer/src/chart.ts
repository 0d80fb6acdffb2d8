// What Python writes of a chart, and how its frame is put round it: title, units, source, margins, colours.
import type { EChartsCoreOption } from "echarts/core";
import { coloured, FONTS, type Palette } from "./palette";
import { wrap } from "./text";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Option = { [key: string]: Json };

export interface Chart {
  title: string;
  units: string;
  source: string;
  alt: string;
  option: Option;
  /** Positions of a slider, and what of the option is then otherwise. */
  steps?: { label: string; option: Option }[];
}

/** Nothing is laid out narrower: a picture is drawn at this width and scaled. */
export const WIDTH = 800;

const MARGIN = 18;
const TITLE = { size: 19, line: 24, most: 3 };
const UNITS = { size: 13.5, line: 18, most: 3 };
const SOURCE = { size: 11, line: 14, most: 3 };
const LEGEND = 26;
const GAP = 12;

export interface Frame {
  option: EChartsCoreOption;
  /** Where the drawing itself is: left, top, width, height. */
  plot: [number, number, number, number];
}

/** The chart in its frame, ready to be drawn; `isBare` where the page says title, units and source itself. */
export function framed(chart: Chart, width: number, height: number, palette: Palette, isBare = false): Frame {
  const room = width - 2 * MARGIN;
  const titles = isBare ? [] : wrap(chart.title, room, TITLE.size, TITLE.most, true);
  const units = isBare ? [] : wrap(chart.units, room, UNITS.size, UNITS.most);
  const sources = isBare ? [] : wrap(chart.source, room, SOURCE.size, SOURCE.most);
  const text = (lines: string[], y: number, face: typeof TITLE, color: string, isBold = false): Option[] =>
    lines.map((line, n) => ({
      type: "text",
      silent: true,
      left: MARGIN,
      top: y + n * face.line,
      style: { text: line, fontFamily: FONTS, fontSize: face.size, fontWeight: isBold ? "bold" : "normal", fill: color },
    }));

  let top = isBare ? 4 : MARGIN;
  const written = text(titles, top, TITLE, "@ink", true);
  top += titles.length * TITLE.line + (titles.length ? 2 : 0);
  written.push(...text(units, top, UNITS, "@muted"));
  top += units.length * UNITS.line + (units.length ? GAP - 4 : 0);
  let bottom = isBare ? 4 : MARGIN - 4;
  written.push(...text(sources, height - bottom - sources.length * SOURCE.line, SOURCE, "@muted"));
  bottom += sources.length * SOURCE.line + (sources.length ? 8 : 0);

  const option: Option = { ...chart.option };
  if (option.legend) {
    option.legend = { ...(option.legend as Option), left: MARGIN - 5, top, itemGap: 16, type: "scroll" };
    top += LEGEND;
  }
  const plot: Frame["plot"] = [MARGIN, top, room, Math.max(height - top - bottom, 40)];
  option.grid = grids(option.grid, plot, width, height);
  option.graphic = [...written, ...((option.graphic as Option[] | undefined) ?? [])];
  return { option: coloured(option, palette) as EChartsCoreOption, plot };
}

/** Grids say which part of the drawing is theirs, `area` [x0, y0, x1, y1] from 0 to 1, and their margins within it. */
function grids(given: Json | undefined, [left, top, w, h]: Frame["plot"], width: number, height: number): Json {
  const each = given === undefined ? [{}] : Array.isArray(given) ? given : [given];
  return each.map((grid) => {
    const { area, ...rest } = grid as Option;
    const [x0, y0, x1, y1] = (area as number[] | undefined) ?? [0, 0, 1, 1];
    const margin = (side: string): number => (rest[side] as number | undefined) ?? 0;
    return {
      outerBoundsMode: "same",
      outerBoundsContain: "axisLabel",
      ...rest,
      left: left + (x0 as number) * w + margin("left"),
      right: width - left - (x1 as number) * w + margin("right"),
      top: top + (y0 as number) * h + margin("top"),
      bottom: height - top - (y1 as number) * h + margin("bottom"),
    };
  });
}

/** The size of a drawing of its own, if it is one. */
export function sizeOf(chart: Chart): [number, number] | undefined {
  const first = (chart.option.series as Option[] | undefined)?.[0];
  return (first?.itemPayload as { size?: [number, number] } | undefined)?.size;
}
