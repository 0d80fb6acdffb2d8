// Fills a page: whatever says `data-chart` or `data-table` gets the one of that name from the page's JSON.
import * as echarts from "echarts/core";
import { type Chart, framed, type Option, sizeOf } from "./chart";
import { said } from "./hover";
import { DARK, LIGHT, theme } from "./palette";
import { placed } from "./shapes";
import { drawTable, type Table } from "./table";

export interface View {
  charts?: { [name: string]: Chart };
  tables?: { [name: string]: Table };
}

/** Whether the page is dark: it says so itself (`data-theme` of its root), or its reader's settings do. */
export function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Draws a chart into an element, with its words; again whenever its width or the page's theme changes. */
export function drawChart(into: HTMLElement, chart: Chart): void {
  const word = (tag: string, name: string, text: string): HTMLElement => {
    const element = document.createElement(tag);
    element.className = name;
    element.textContent = text;
    element.dir = "auto";
    return element;
  };
  const plot = word("div", "plot", "");
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", chart.alt);
  const words = [word("h3", "title", chart.title), word("p", "units", chart.units)];
  into.classList.add("chart");
  let drawn: echarts.ECharts | undefined;
  let at = "";
  let step = 0;
  const steps = chart.steps ?? [];
  const moved = steps.length > 1 ? slider(steps.map((each) => each.label), (to) => {
    step = to;
    at = "";
    draw();
  }) : undefined;
  into.replaceChildren(...words, ...(moved ? [moved] : []), plot, word("figcaption", "source", chart.source));
  const draw = (): void => {
    const width = plot.clientWidth || into.clientWidth;
    const dark = isDark();
    if (!width || at === `${width} ${dark}`) return;
    at = `${width} ${dark}`;
    const palette = dark ? DARK : LIGHT;
    const height = Math.round(Math.max(Math.min(width * aspect(chart), 640), 120));
    plot.style.height = `${height}px`;
    drawn?.dispose();
    drawn = echarts.init(plot, theme(palette), { renderer: "svg", width, height });
    const now = steps[step] ? { ...chart, option: { ...chart.option, ...steps[step].option } } : chart;
    const { option, plot: place } = framed(now, width, height, palette, true);
    const tooltip = { ...((option.tooltip as Option | undefined) ?? {}), formatter: said };
    drawn.setOption({ animation: false, ...placed(option as Option, place), tooltip });
  };
  draw();
  new ResizeObserver(draw).observe(into);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

/** Height by width: a drawing of its own has its own. */
function aspect(chart: Chart): number {
  const size = sizeOf(chart);
  return size ? (size[1] + 14) / size[0] : 0.5;
}

/** Moves a chart through its positions, by keyboard too. */
function slider(labels: string[], move: (to: number) => void): HTMLElement {
  const box = document.createElement("label");
  box.className = "steps";
  const input = document.createElement("input");
  input.type = "range";
  input.setAttribute("aria-label", "Which part is shown");
  input.min = "0";
  input.max = String(labels.length - 1);
  input.value = "0";
  const shown = document.createElement("output");
  const say = (): void => {
    shown.textContent = labels[Number(input.value)] ?? "";
    input.setAttribute("aria-valuetext", shown.textContent);
  };
  input.oninput = (): void => {
    say();
    move(Number(input.value));
  };
  say();
  box.append(input, shown);
  return box;
}

/** Everything on the page. */
export function mount(): void {
  const source = document.getElementById("interlock-view");
  if (!source) return;
  const view = JSON.parse(source.textContent ?? "{}") as View;
  document.querySelectorAll<HTMLElement>("[data-chart]").forEach((element) => {
    const chart = view.charts?.[element.dataset.chart ?? ""];
    if (chart) drawChart(element, chart);
  });
  document.querySelectorAll<HTMLElement>("[data-table]").forEach((element) => {
    const table = view.tables?.[element.dataset.table ?? ""];
    if (table) drawTable(element, table);
  });
}
