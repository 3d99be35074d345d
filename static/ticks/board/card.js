import { exactTime } from "../look/axes.js";
import { element, setText } from "../look/dom.js";
import { cause } from "../data/gaps.js";
import { Legend } from "./legend.js";
import { read } from "../data/paths.js";
import { Plot } from "./plot.js";
import { number, scaleFor } from "../look/units.js";

/** A chart with its title, its legend and its present value, of a fixed size. */
export class Card {
  #spec;
  #store;
  #columns = [];
  #series = [];
  #unit = element("span", { className: "unit" });
  #note = element("span", { className: "note" });
  #frame = element("div", { className: "plot" });
  #legend;
  #plot;

  /** @param {import("../data/layout.js").ChartSpec} spec @param {import("../data/store.js").Store} store */
  constructor(spec, store) {
    this.#spec = spec;
    this.#store = store;
    this.#legend = new Legend(spec.title);
    this.#plot = new Plot(this.#frame, spec, () => this.#point());
    this.#frame.setAttribute("role", "img");
    this.#frame.setAttribute("aria-label", `Chart of ${spec.title}; the table beside it has its values`);
    const title = element("h2", {}, element("span", { textContent: spec.title }), this.#unit);
    const head = element("header", {}, title, element("span", { className: "age" }), this.#note);
    const body = element("div", { className: "card-body" }, this.#frame, element("div", { className: "legend-box" }, this.#legend.root));
    this.root = element("section", { className: "card" }, head, body);
  }

  /**
   * @param {number} to  right end of the window, server's UNIX seconds
   * @param {number} spanS  length of the window, seconds
   */
  draw(to, spanS) {
    this.#adopt();
    const from = to - spanS;
    const ceiling = this.#spec.topPath && this.#store.last ? read(this.#store.last, this.#spec.topPath.split(".")) : NaN;
    const { patience } = this.#store;
    this.#plot.draw(this.#store.view(this.#columns, from), { from, to, gaps: this.#store.gaps(from), patience, ceiling });
    this.#describe();
  }

  /** Keeps what is drawn as it is, apart from the memory that goes on filling. */
  freeze() {
    if (this.#columns.length > 0) this.#plot.keep();
  }

  /** Takes the size of its place. */
  fit() {
    this.#plot.fit();
  }

  /** Takes the present theme's colours. */
  recolor() {
    this.#legend.recolor();
    this.#plot.redraw();
  }

  #adopt() {
    const series = this.#spec.series.flatMap((spec) =>
      this.#store.columns(spec.pattern).map((column) => ({ column, ...named(spec, column) })),
    );
    if (series.length === this.#columns.length && series.length > 0) return;
    this.#series = series;
    this.#columns = series.map(({ column }) => column);
    this.#legend.build(series.map(({ label }) => label), this.#plot.build(series));
  }

  #describe() {
    const { scale, data } = this.#plot;
    setText(this.#unit, scale.suffix && `, ${scale.suffix}`);
    this.#legend.summarize(data.slice(1), scale);
    this.#point();
  }

  #point() {
    const { cursor, data, scale } = this.#plot;
    const values = cursor && cursor.indices.map((index, i) => (index === null ? null : (data[i + 1][index] ?? null)));
    this.#legend.point(scale, values);
    setText(this.#note, cursor ? where(cursor) : this.#present());
    this.#note.classList.toggle("at-cursor", cursor !== null);
  }

  #present() {
    const [first] = this.#series;
    if (!first || first.wild || !this.#store.last) return "";
    const value = read(this.#store.last, first.column.path);
    const scale = scaleFor(this.#spec.unit, value, this.#spec.digits);
    return Number.isFinite(value) ? `${number(value, scale)} ${scale.suffix}`.trimEnd() : "";
  }
}

function named({ label, pattern, color, fill }, { path, name }) {
  if (label !== undefined) return { name, label, color, fill };
  const star = pattern.split(".").indexOf("*");
  return { name, label: path[star] ?? name, color, fill, wild: true };
}

function where({ x, gap }) {
  return gap ? `no data: ${cause(gap.reason)}` : exactTime(x);
}
