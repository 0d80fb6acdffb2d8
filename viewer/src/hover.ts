// What is said of whatever the pointer is on: lines that Python wrote, as text and never as markup.
interface Pointed {
  name?: string;
  seriesName?: string;
  value?: unknown;
  data?: unknown;
}

export function linesOf(pointed: Pointed | Pointed[]): string[] {
  if (Array.isArray(pointed)) return pointed.flatMap(linesOf);
  const { data, name, seriesName, value } = pointed;
  const hover = (data as { hover?: unknown } | null | undefined)?.hover;
  if (Array.isArray(hover)) return hover.map(String);
  if (hover === undefined && data !== null && typeof data === "object" && !Array.isArray(data)) return [];
  const said = Array.isArray(value) ? value.slice(1) : [value];
  const number = said.map((each) => (typeof each === "number" ? each.toLocaleString("en", { maximumSignificantDigits: 3 }) : String(each)));
  return [[seriesName?.startsWith("series") ? "" : seriesName, name].filter(Boolean).join(", "), number.join(" – ")].filter(Boolean);
}

export function said(pointed: Pointed | Pointed[]): HTMLElement | string {
  const lines = linesOf(pointed);
  if (!lines.length) return "";
  const box = document.createElement("div");
  box.style.maxWidth = "24rem";
  box.style.whiteSpace = "normal";
  lines.forEach((line, n) => {
    const row = document.createElement("div");
    row.textContent = line;
    row.dir = "auto";
    if (n === 0) row.style.fontWeight = "bold";
    box.append(row);
  });
  return box;
}
