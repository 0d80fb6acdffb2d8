// A table from JSON: a head, rows, numbers to the right; sorted by a click on a column's name.
export interface Table {
  title?: string;
  columns: string[];
  rows: (string | number | boolean | null)[][];
}

type Cell = Table["rows"][number][number];

export function shown(cell: Cell): string {
  if (cell === null) return "–";
  if (typeof cell !== "number") return String(cell);
  const size = Math.abs(cell);
  if (Number.isInteger(cell) && size < 1e6) return size >= 1900 && size < 2200 ? String(cell) : cell.toLocaleString("en");
  return cell.toLocaleString("en", size >= 1e15 ? { notation: "scientific", maximumSignificantDigits: 3 } : { maximumSignificantDigits: 3 });
}

/** The rows by one column, numbers before words, what is empty last. */
export function sorted(rows: Table["rows"], column: number, isDown: boolean): Table["rows"] {
  const rank = (cell: Cell): number => (cell === null ? 2 : typeof cell === "number" ? 0 : 1);
  return [...rows].sort((a, b) => {
    const [x, y] = [a[column] ?? null, b[column] ?? null];
    if (rank(x) !== rank(y)) return rank(x) - rank(y);
    const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return isDown ? -order : order;
  });
}

export function drawTable(into: HTMLElement, table: Table): void {
  const element = document.createElement("table");
  if (table.title) element.createCaption().textContent = table.title;
  const isNumber = table.columns.map((_, n) => table.rows.every((row) => row[n] === null || typeof row[n] === "number"));
  const head = element.createTHead().insertRow();
  const body = element.createTBody();
  const fill = (rows: Table["rows"]): void => {
    body.replaceChildren(
      ...rows.map((row) => {
        const line = document.createElement("tr");
        row.forEach((cell, n) => {
          const place = line.insertCell();
          place.textContent = shown(cell);
          place.dir = "auto";
          if (isNumber[n]) place.className = "number";
        });
        return line;
      }),
    );
  };
  let order: [number, boolean] | undefined;
  table.columns.forEach((name, n) => {
    const cell = document.createElement("th");
    cell.scope = "col";
    if (isNumber[n]) cell.className = "number";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.onclick = (): void => {
      order = [n, order?.[0] === n ? !order[1] : isNumber[n] === true];
      head.querySelectorAll("th").forEach((each) => each.removeAttribute("aria-sort"));
      cell.setAttribute("aria-sort", order[1] ? "descending" : "ascending");
      fill(sorted(table.rows, ...order));
    };
    cell.append(button);
    head.append(cell);
  });
  fill(table.rows);
  into.replaceChildren(element);
}
