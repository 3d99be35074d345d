import { element, setText } from "../look/dom.js";
import { read } from "../data/paths.js";
import { sparkline } from "./sparkline.js";
import { summarize } from "../look/stats.js";
import { number, scaleFor } from "../look/units.js";

const STATS = ["min", "mean", "max"];

/** One headline number: its value, its course, and its least, mean and greatest in the window. */
export class Kpi {
  #spec;
  #store;
  #which = element("span", { className: "which" });
  #value = element("span", { className: "value", textContent: "–" });
  #unit = element("span", { className: "unit" });
  #line = element("canvas", { className: "spark", width: 1, height: 1 });
  #stats = STATS.map(() => element("dd", { textContent: "–" }));
  #drawn = null;

  /** @param {import("../data/layout.js").KpiSpec} spec @param {import("../data/store.js").Store} store */
  constructor(spec, store) {
    this.#spec = spec;
    this.#store = store;
    this.#line.setAttribute("aria-hidden", "true");
    const title = element("h2", {}, element("span", { textContent: spec.label }), this.#which);
    const now = element("p", { className: "now" }, this.#value, this.#unit);
    const pairs = STATS.map((name, i) => element("div", {}, element("dt", { textContent: name }), this.#stats[i]));
    this.root = element("section", { className: "kpi" }, title, now, this.#line, element("dl", {}, ...pairs));
  }

  /** @param {number} to  right end of the window, server's UNIX seconds @param {number} spanS  its length, seconds */
  draw(to, spanS) {
    const tick = this.#store.last;
    const column = tick && greatest(this.#store.columns(this.#spec.pattern), tick);
    if (!column) return;
    this.#say(read(tick, column.path), this.#spec.pattern.includes("*") ? column.path.at(-2) : "");
    const from = to - spanS;
    const data = this.#store.view([column], from);
    const stats = summarize(data[1]);
    STATS.forEach((name, i) => this.#write(this.#stats[i], stats[name]));
    const { top = stats.max, fromZero = true } = this.#spec;
    const bottom = fromZero ? Math.min(0, stats.min) : stats.min;
    this.#drawn = [data.map((values) => values.slice()), { from, to, gaps: this.#store.gaps(from), bottom, top }];
    this.recolor();
  }

  /** Takes the present theme's colours. */
  recolor() {
    if (this.#drawn) sparkline(this.#line, ...this.#drawn);
  }

  #say(value, which) {
    const scale = this.#scale(value);
    setText(this.#value, number(value, scale));
    setText(this.#unit, scale.suffix);
    setText(this.#which, which);
  }

  /** Without the unit, which stands beside the value. */
  #write(place, value) {
    const scale = this.#scale(value);
    setText(place, `${number(value, scale)} ${scale.prefix}`.trimEnd());
  }

  #scale(value) {
    return scaleFor(this.#spec.unit, value, this.#spec.digits);
  }
}

function greatest(columns, tick) {
  const value = ({ path }) => read(tick, path);
  return columns.reduce((best, column) => (best && !(value(column) > value(best)) ? best : column), null);
}
