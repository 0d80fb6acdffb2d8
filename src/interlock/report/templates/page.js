// Shows what is chosen of what Python worked out: a measure, a year, a world. It reckons nothing.
(() => {
  const source = document.getElementById("interlock-look");
  const place = document.getElementById("looked");
  if (!source || !place) return;
  const look = JSON.parse(source.textContent);
  const by = (id) => document.getElementById(id);
  const choose = (id, names, at) => {
    by(id).replaceChildren(...names.map((name, n) => new Option(name, n, n === at, n === at)));
    by(id).addEventListener("change", show);
  };
  const write = (row, tag, text, below) => {
    const cell = document.createElement(tag);
    const said = document.createElement("span");
    said.textContent = text;
    said.dir = "auto";
    cell.append(said);
    if (below) {
      const small = document.createElement("small");
      small.textContent = below;
      cell.append(small);
    }
    if (tag === "th") cell.scope = row.parentNode?.tagName === "THEAD" ? "col" : "row";
    row.append(cell);
  };
  function show() {
    const [measure, year] = [look.measures[by("measure").value], Number(by("year").value)];
    const world = look.worlds[by("world").value];
    const drawn = document.createElement("div");
    place.replaceChildren(drawn);
    const chart = measure.charts[world][year];
    if (window.interlock && chart) window.interlock.drawChart(drawn, chart);
    const table = by("numbers");
    const worlds = world === look.worlds[0] ? [world] : [look.worlds[0], world];
    by("numbers-title").textContent = `${measure.title}, ${look.years[year]}, ${measure.unit}`;
    const [head, body] = [document.createElement("thead"), document.createElement("tbody")];
    const heads = head.insertRow();
    heads.insertCell();
    for (const each of worlds) write(heads, "th", each);
    measure.rows.forEach((name, n) => {
      const row = body.insertRow();
      write(row, "th", name);
      for (const each of worlds) write(row, "td", ...measure.cells[each][n][year]);
    });
    table.replaceChildren(head, body);
  }
  choose("measure", look.measures.map((each) => each.title), 0);
  choose("year", look.years, Math.min(2, look.years.length - 1));
  choose("world", look.worlds, 0);
  show();
})();
// Paper is white, and narrow: charts are drawn again when the theme changes, as wide as there is room.
const root = document.documentElement;
addEventListener("beforeprint", () => {
  root.classList.add("printing");
  root.dataset.theme = "light";
});
addEventListener("afterprint", () => {
  root.classList.remove("printing");
  delete root.dataset.theme;
});
