import { color } from "../look/colors.js";
import { element, setText } from "../look/dom.js";
import { summarize } from "../look/stats.js";
import { number } from "../look/units.js";

const HEADS = ["now", "min", "mean", "max"];

/** The table beside a chart: each series' value, now or at the cursor, and its least, mean and greatest in the window. */
export class Legend {
  #body = element("tbody");
  #now = element("th", { scope: "col", textContent: HEADS[0] });
  #rows = [];

  /** @param {string} title  of the chart */
  constructor(title) {
    const heads = [this.#now, ...HEADS.slice(1).map((name) => element("th", { scope: "col", textContent: name }))];
    const corner = element("td");
    const head = element("thead", {}, element("tr", {}, corner, ...heads));
    const caption = element("caption", { className: "unseen", textContent: `${title}, last five minutes` });
    this.root = element("table", { className: "legend" }, caption, head, this.#body);
  }

  /** @param {string[]} labels @param {string[]} colors  names for color() */
  build(labels, colors) {
    this.#rows = labels.map((label, i) => row(label, colors[i]));
    this.#body.replaceChildren(...this.#rows.map(({ root }) => root));
    this.recolor();
  }

  /** Takes the present theme's colours. */
  recolor() {
    for (const { swatch, name } of this.#rows) swatch.style.backgroundColor = color(name);
  }

  /** @param {ArrayLike<number | null>[]} columns  values of each series @param {import("../look/units.js").Scale} scale */
  summarize(columns, scale) {
    this.#rows.forEach((line, i) => {
      const { last, min, mean, max } = summarize(columns[i]);
      line.last = last;
      [min, mean, max].forEach((value, place) => setText(line.cells[place + 1], number(value, scale)));
    });
  }

  /**
   * @param {import("../look/units.js").Scale} scale
   * @param {(number | null)[] | null} atCursor  values at the cursor, null: no data there; null for all: no cursor
   */
  point(scale, atCursor) {
    setText(this.#now, atCursor === null ? HEADS[0] : "cursor");
    this.#rows.forEach(({ cells, last }, i) => {
      const value = atCursor === null ? last : atCursor[i];
      setText(cells[0], value === null ? "no data" : number(value, scale));
    });
  }
}

function row(label, name) {
  const swatch = element("span", { className: "swatch" });
  const head = element("th", { scope: "row", title: label }, swatch, element("span", { textContent: label }));
  const cells = HEADS.map(() => element("td", { textContent: "–" }));
  return { root: element("tr", {}, head, ...cells), swatch, cells, name, last: NaN };
}
