import { Course } from "../../data/course.js";
import { gapsOf } from "../../data/gaps.js";
import { linesOf } from "../../data/lines.js";
import { digitsOf, shownUnit } from "../../data/panels.js";
import { summarize } from "../../data/summary.js";
import { element, setText } from "../../look/dom.js";
import { STAT_WORDS } from "../../look/stats.js";
import { number, scaleFor } from "../../look/units.js";
import { sparkline } from "./sparkline.js";

const STATS = ["min", "mean", "max"];
const REST_MS = 450;

/**
 * @typedef {object} Headline
 * @property {string} key
 * @property {string} label
 * @property {import("../../data/fields.js").Field[]} fields  of several the greatest is shown, and named
 */

/** One headline number: its value, its course, and its least, mean and greatest in the range. */
export class Kpi {
  #headline;
  #course;
  #unit;
  #which = element("span", { className: "which" });
  #value = element("span", { className: "value", textContent: "–" });
  #suffix = element("span", { className: "unit" });
  #line = element("canvas", { className: "spark", width: 1, height: 1 });
  #stats = STATS.map(() => element("dd", { textContent: "–" }));
  #writtenAt = -Infinity;
  #drawn = null;

  /** @param {Headline} headline @param {import("../board.js").Context} context */
  constructor(headline, context) {
    this.#headline = headline;
    this.#unit = shownUnit(headline.fields[0]);
    this.#suffix.title = this.#unit;
    this.#course = new Course({ kind: linesOf(headline.fields), onChange: context.redraw, ...context });
    this.#line.setAttribute("aria-hidden", "true");
    const label = element("span", { textContent: headline.label });
    const title = element("h3", { title: headline.fields[0].path }, label, this.#which);
    const now = element("p", { className: "now" }, this.#value, this.#suffix);
    const pairs = STATS.map((name, i) => element("div", {}, element("dt", { textContent: STAT_WORDS[name] }), this.#stats[i]));
    this.root = element("section", { className: "kpi" }, title, now, this.#line, element("dl", {}, ...pairs));
  }

  /** @returns {boolean} whether it still reads what is to be shown */
  get isLoading() {
    return this.#course.isLoading;
  }

  /** @param {import("../../data/course.js").Wanted} wanted */
  load(wanted) {
    this.#course.load(wanted);
  }

  hold() {
    this.#course.hold();
  }

  close() {
    this.#course.close();
  }

  /** @param {import("../board.js").Sight} sight */
  draw(sight) {
    const kept = this.#course.kept;
    // Numbers that change more often can't be read.
    if (kept === null || performance.now() - this.#writtenAt < REST_MS) return;
    this.#writtenAt = performance.now();
    const { track, values, lastTs, cadence } = kept;
    const line = greatest(values);
    this.root.classList.toggle("is-stale", sight.isStale(lastTs, cadence.interval));
    this.#say(values[line], this.#headline.fields.length > 1 ? this.#headline.fields[line].keys.at(-2) : "");
    const view = track.view(sight.from, sight.to);
    const stats = view.x.length > 0 ? summarize(view, line, sight.from, sight.to) : {};
    STATS.forEach((name, i) => this.#write(this.#stats[i], stats[name] ?? NaN));
    this.#draw(view, line, stats, { ...sight, gaps: gapsOf(track, view, sight) });
  }

  /** Takes the size of its place. */
  fit() {
    this.#writtenAt = -Infinity;
  }

  /** Takes the present theme's colours. */
  recolor() {
    if (this.#drawn) sparkline(this.#line, ...this.#drawn);
  }

  #draw({ x, mean }, line, stats, sight) {
    const isRate = this.#unit !== "" && this.#unit !== "°C";
    const top = this.#unit === "%" ? Math.max(100, stats.max ?? 0) : stats.max;
    const bottom = isRate ? Math.min(0, stats.min) : stats.min;
    this.#drawn = [{ x: x.slice(), values: mean[line].slice() }, { ...sight, bottom, top }];
    this.recolor();
  }

  #say(value, which) {
    const scale = this.#scale(value);
    setText(this.#value, number(value, scale));
    setText(this.#suffix, scale.suffix);
    setText(this.#which, which);
  }

  /** Without the unit, which stands beside the value. */
  #write(place, value) {
    const scale = this.#scale(value);
    setText(place, `${number(value, scale)} ${scale.prefix}`.trimEnd());
  }

  #scale(value) {
    return scaleFor(this.#unit, value, digitsOf(this.#headline.fields[0]));
  }
}

function greatest(values) {
  let best = 0;
  values.forEach((value, i) => {
    if (value > values[best] || Number.isNaN(values[best])) best = i;
  });
  return best;
}
