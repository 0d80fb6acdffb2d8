// What ECharts has no series for. Where things are is worked out in Python; here they are only drawn.
import type { CustomSeriesRenderItem } from "echarts";
import { registerCustomSeries } from "echarts/core";
import type { Option } from "./chart";
import { FONTS } from "./palette";
import { shortened } from "./text";

type Render = CustomSeriesRenderItem;

/** A drawing of its own, `size` [width, height], scaled to fit `place` [left, top, width, height]. */
const drawing: Render = (params, api) => {
  const { size, place, parts } = params.itemPayload as unknown as {
    size: [number, number];
    place?: [number, number, number, number];
    parts: Option[];
  };
  const [left, top, width, height] = place ?? [0, 0, api.getWidth(), api.getHeight()];
  const scale = Math.min(width / size[0], height / size[1]);
  const at = { x: left + (width - size[0] * scale) / 2, y: top, scaleX: scale, scaleY: scale };
  const part = parts[params.dataIndex] as Option;
  const { kind, style, shape, z } = part as { kind: string; style: Option; shape: Option; z?: number };
  const common = { ...at, z2: z ?? 0, silent: !part.hover };
  if (kind === "text") {
    const { x, y, room, ...rest } = style as { x: number; y: number; room?: number; text: string; fontSize: number };
    const text = room === undefined ? rest.text : shortened(rest.text, room, rest.fontSize, "fontWeight" in rest);
    const rotation = (((part.turn as number | undefined) ?? 0) * Math.PI) / 180;
    return { type: "text", ...common, rotation, x: at.x + x * scale, y: at.y + y * scale, style: { fontFamily: FONTS, ...rest, text } };
  }
  const emphasis = part.hover ? { style: { opacity: Math.min(1, ((style.opacity as number) ?? 1) + 0.3) } } : {};
  if (kind === "path") return { type: "path", ...common, shape, style, emphasis };
  return { type: "rect", ...common, shape, style, emphasis } as ReturnType<Render>;
};

/** A band between two lines: values are [x, low, high] of each point, all in one piece. */
const band: Render = (params, api) => {
  if (params.dataIndex > 0) return null;
  const { points, style } = params.itemPayload as unknown as { points: [number, number, number][]; style: Option };
  const upper = points.map(([x, , high]) => api.coord([x, high]));
  const lower = points.map(([x, low]) => api.coord([x, low])).reverse();
  return { type: "polygon", shape: { points: [...upper, ...lower] }, style, silent: true, z2: -1 } as ReturnType<Render>;
};

/** Bars that begin and end anywhere: values are [place, from, to]; `across` where the places are on the y axis. */
const span: Render = (params, api) => {
  const { across, thickness, styles } = params.itemPayload as unknown as {
    across?: boolean;
    thickness?: number;
    styles: Option[];
  };
  const [place, from, to] = [0, 1, 2].map((n) => api.value(n) as number) as [number, number, number];
  const wide = (api.size!(across ? [0, 1] : [1, 0]) as number[])[across ? 1 : 0]! * (thickness ?? 0.62);
  const [a, b] = across ? [api.coord([from, place]), api.coord([to, place])] : [api.coord([place, from]), api.coord([place, to])];
  const [x, y] = [Math.min(a[0]!, b[0]!), Math.min(a[1]!, b[1]!)];
  const [w, h] = [Math.abs(a[0]! - b[0]!), Math.abs(a[1]! - b[1]!)];
  const shape = across
    ? { x, y: y - wide / 2, width: Math.max(w, 1), height: wide }
    : { x: x - wide / 2, y, width: wide, height: Math.max(h, 1) };
  return { type: "rect", shape, style: styles[params.dataIndex] ?? {} } as ReturnType<Render>;
};

export function registerShapes(): void {
  registerCustomSeries("drawing", drawing);
  registerCustomSeries("band", band);
  registerCustomSeries("span", span);
}

/** Tells a drawing where it is. */
export function placed(option: Option, place: [number, number, number, number]): Option {
  const series = (option.series as Option[] | undefined)?.map((each) =>
    each.renderItem === "drawing" ? { ...each, itemPayload: { ...(each.itemPayload as Option), place } } : each,
  );
  return series ? { ...option, series } : option;
}
