// Draws what Python wrote as JSON: as SVG text anywhere, alive in a page.
import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  GraphicComponent,
  GridComponent,
  LegendComponent,
  LegendScrollComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { type Chart, framed, type Option, sizeOf, WIDTH } from "./chart";
import { mount } from "./mount";
import { DARK, LIGHT, type Palette, theme } from "./palette";
import { placed, registerShapes } from "./shapes";

echarts.use([
  BarChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  GraphicComponent,
  GridComponent,
  LabelLayout,
  LegendComponent,
  LegendScrollComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
  SVGRenderer,
]);
registerShapes();

/** An SVG of this size in pixels, or as high as it needs to be; laid out at a width of 800 and scaled. */
export function svg(json: string, width: number, height: number, isDark: boolean): string {
  const chart = JSON.parse(json) as Chart;
  const palette = isDark ? DARK : LIGHT;
  const [w, h] = [WIDTH, height ? Math.round((WIDTH * height) / width) : needed(chart, palette)];
  const { option, plot } = framed(chart, w, h, palette);
  const drawn = echarts.init(null, theme(palette), { renderer: "svg", ssr: true, width: w, height: h });
  try {
    drawn.setOption({ animation: false, tooltip: { show: false }, ...placed(option as Option, plot) });
    const body = drawn.renderToSVGString({ useViewBox: true });
    return titled(named(body, json), chart, width, Math.round((width * h) / w));
  } finally {
    drawn.dispose();
  }
}

/** The height of a chart at this width: 16 to 9, or as much as its drawing takes. */
function needed(chart: Chart, palette: Palette): number {
  const usual = Math.round((WIDTH * 9) / 16);
  const size = sizeOf(chart);
  if (!size) return usual;
  const [, , width, height] = framed(chart, WIDTH, usual, palette).plot;
  return Math.round(usual - height + (width * size[1]) / size[0]);
}

/** With names of its own for what it refers to: the same picture has the same, and others on its page have others. */
function named(body: string, json: string): string {
  let hash = 2166136261;
  for (let n = 0; n < json.length; n++) hash = Math.imul(hash ^ json.charCodeAt(n), 16777619);
  const names = new Map<string, string>();
  return body.replace(/\bzr\d+-[a-z]+-?\d+/g, (old) => {
    if (!names.has(old)) names.set(old, `i${(hash >>> 0).toString(36)}-${names.size}`);
    return names.get(old) as string;
  });
}

/** With its size, and what it shows in words, for those who do not see it. */
function titled(body: string, chart: Chart, width: number, height: number): string {
  const escape = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return body
    .replace(/^<svg [^>]*>/, (head) =>
      `${head.replace(/ (width|height)="[^"]*"/g, "").slice(0, -1)} width="${width}" height="${height}" role="img">` +
      `<title>${escape(chart.title)}</title><desc>${escape(chart.alt)}</desc>`,
    );
}

export { drawChart, isDark, mount } from "./mount";
export { linesOf } from "./hover";
export { drawTable, shown, sorted } from "./table";
export { wrap } from "./text";

if (typeof document !== "undefined") {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", mount);
  else mount();
}
