import { Course } from "../../data/course.js";
import { cause, gapsOf } from "../../data/gaps.js";
import { linesOf } from "../../data/lines.js";
import { summarize } from "../../data/summary.js";
import { _ } from "../../i18n.js";
import { exactTime } from "../../look/axes.js";
import { element } from "../../look/dom.js";
import { duration } from "../../look/units.js";
import { Frame } from "../frame.js";
import { Legend } from "./legend.js";
import { Plot } from "./plot.js";

const COARSE = _("Each point stands for the ticks of so long: their mean, and the least and the largest as a band");

/**
 * A chart as it is drawn.
 *
 * @typedef {object} Sheet
 * @property {string} title
 * @property {string} unit  on its axis
 * @property {string} raw  unit of the values
 * @property {{label: string, path: string, hue: string, isShown: boolean}[]} lines  `hue`: for color()
 * @property {Float64Array} x  UNIX seconds
 * @property {Float64Array[]} min  by line, as mean, max and count; NaN: none
 * @property {boolean} isWhole  each point is one tick
 * @property {import("../../data/gaps.js").Gap[]} gaps  in order
 * @property {import("../../look/units.js").Scale} scale  in which its axis is written
 * @property {import("../../compare/other.js").OtherSheet | null} other  what it is compared with
 * @property {((cursor: {x: number, row: number | null}) => {lines: string[], at: number | null}) | null} said  what is said
 *   of that at a row, or at a time without one, see compare/other.js
 * @property {HTMLCanvasElement} canvas
 */

/** A card with a chart of numbers: the lines, their legend, the present value of the only one. */
export class ChartCard {
  #panel;
  #course;
  #frame;
  #legend;
  #plot;
  #place = element("div", { className: "plot" });
  #box;
  #sight = null;
  #wanted = null;
  /** @type {import("../../compare/other.js").Other | null} */
  #other = null;

  /** @param {import("../../data/panels.js").Panel} panel @param {import("../board.js").Context} context */
  constructor(panel, context) {
    this.#panel = panel;
    this.#course = new Course({ kind: linesOf(panel.lines.map(({ field }) => field)), onChange: context.redraw, ...context });
    this.#plot = new Plot(this.#place, panel, { onCursor: () => this.#describe(), attach: context.attach });
    this.#legend = new Legend(panel.title, (shown) => {
      shown.forEach((isShown, i) => this.#plot.show(i, isShown));
      context.redraw();
    });
    // Keys move a cursor in it, see reading/reading.js.
    this.#place.tabIndex = 0;
    this.#place.setAttribute("role", "application");
    this.#place.setAttribute("aria-label", _("Chart of {title}; the arrow keys read its values", { title: panel.title }));
    this.#box = element("div", { className: "legend-box" }, this.#legend.root);
    this.#frame = new Frame(panel.title, [this.#place, this.#box], () => this.#course.retry(), true);
    this.compare(context.compared ?? null);
  }

  /** @returns {HTMLElement} */
  get root() {
    return this.#frame.root;
  }

  /** @returns {number} when a tick last had any of it, UNIX seconds */
  get lastTs() {
    return this.#course.kept?.lastTs ?? -Infinity;
  }

  /** @returns {boolean} whether it still reads what is to be shown */
  get isLoading() {
    return this.#course.isLoading;
  }

  /** @param {import("../../data/course.js").Wanted} wanted */
  load(wanted) {
    this.#wanted = wanted;
    this.#course.load(wanted);
    this.#other?.load(wanted);
    this.#plot.settle();
  }

  hold() {
    this.#course.hold();
    this.#other?.hold();
  }

  /** Lays something over it. @param {import("../board.js").Compared | null} make  null: nothing */
  compare(make) {
    this.#other?.close();
    this.#other = make === null ? null : make(this.#panel);
    if (this.#wanted) this.#other?.load(this.#wanted);
    // Of a single line all is said in the head.
    this.#box.hidden = this.#panel.lines.length === 1 && this.#other === null;
    this.#plot.settle();
    this.fit();
  }

  close() {
    this.#other?.close();
    this.#course.close();
    this.#plot.close();
  }

  /** @param {import("../board.js").Sight} sight */
  draw(sight) {
    const kept = this.#course.kept;
    this.#sight = sight;
    if (this.#plot.scale && !this.#built) this.#build();
    if (kept !== null) {
      const view = kept.track.view(sight.from, sight.to);
      const drawn = { ...sight, gaps: gapsOf(kept.track, view, sight), patience: this.#patience(sight) };
      this.#plot.draw(view, drawn, this.#other?.look(sight) ?? null);
    }
    const isEmpty = kept !== null && !this.#plot.view.count.some((counts) => counts.some((count) => count > 0));
    this.#frame.course(this.#course, isEmpty && !this.#course.isLoading && this.#course.trouble === "" ? _("no data in this range") : "");
    this.#frame.age(sight.now - this.lastTs, sight.isStale(this.lastTs, kept?.cadence.interval));
    this.#describe();
  }

  /** Takes the size of its place. */
  fit() {
    this.#plot.fit();
  }

  /** Takes the present theme's colours. */
  recolor() {
    this.#legend.recolor();
    this.#other?.recolor();
    this.#plot.redraw();
  }

  /** Puts the cursor of all charts to a time. @param {number | null} at  UNIX seconds; null: nowhere */
  point(at) {
    this.#plot.point(at);
  }

  /** @param {number} at  UNIX seconds @returns {number} where that is drawn, pixels from the left edge of the plotting area */
  leftOf(at) {
    return this.#plot.leftOf(at);
  }

  /** @returns {object} what is drawn, for scripts and tests */
  told() {
    const { x, min, max, mean, count } = this.#plot.view;
    const fields = this.#panel.lines.map(({ field }) => field.path);
    const [mins, maxs, means, counts] = [min, max, mean, count].map((stat) => stat.map((values) => [...values]));
    const other = this.#other && { other: this.#other.told() };
    return { title: this.#panel.title, fields, x: [...x], min: mins, max: maxs, mean: means, count: counts, ...other };
  }

  /** @returns {Sheet} what is drawn, for who takes it away */
  sheet() {
    const { view } = this.#plot;
    const [{ title, unit: raw }, { scale, canvas, names, gaps }] = [this.#panel, this.#plot];
    const lineOf = ({ label, field }, i) => ({ label, path: field.path, hue: names[i], isShown: this.#plot.isShown(i) });
    const lines = this.#panel.lines.map(lineOf);
    const other = this.#other?.sheet() ?? null;
    const said = this.#other && ((cursor) => this.#other.said({ cursor, view, scale, sight: this.#sight }));
    return { ...view, title, unit: scale.suffix, raw, lines, gaps, scale, canvas, other, said };
  }

  #built = false;

  #build() {
    this.#built = true;
    this.#legend.build(this.#panel.lines, this.#plot.build(this.#panel.lines));
  }

  #patience({ patience }) {
    return Math.max(patience, this.#course.kept.track.width);
  }

  #describe() {
    const sight = this.#sight;
    if (sight === null || !this.#built) return;
    const { scale, view, cursor } = this.#plot;
    const width = this.#course.kept?.track.width;
    this.#frame.unit(scale.suffix);
    this.#frame.badge(view.isWhole || !width ? "" : _("1 pt = {time}", { time: resolution(width) }), COARSE);
    const values = cursor ? this.#atCursor(view, cursor) : this.#inRange(view, sight);
    this.#legend.write(values, scale, cursor !== null ? "cursor" : sight.isLive ? "now" : "last");
    this.#other?.describe(this.#legend, { cursor, view, scale, sight });
    if (this.#panel.lines.length === 1) this.#frame.value(values[0], this.#panel);
    if (!cursor) this.#frame.note("");
    else if (cursor.gap) this.#frame.note(_("no data: {why}", { why: cause(cursor.gap.reason) }));
    else this.#frame.note(exactTime(cursor.row === null ? cursor.x : view.x[cursor.row]));
  }

  #atCursor(view, cursor) {
    return this.#panel.lines.map((_, i) => valuesAt(view, i, cursor));
  }

  #inRange(view, { from, to }) {
    const values = this.#course.kept?.values;
    return this.#panel.lines.map((_, i) => {
      const spread = view.x.length > 0 ? summarize(view, i, from, to) : { min: NaN, mean: NaN, max: NaN };
      return { now: values?.[i] ?? NaN, ...spread };
    });
  }
}

/** @param {number} seconds @returns {string} "0.38 s", "4 s", "2 m 00 s" */
function resolution(seconds) {
  return seconds < 60 ? `${Number(seconds.toPrecision(2))} s` : duration(seconds);
}

function valuesAt({ min, mean, max, count }, line, { row, gap }) {
  if (row === null || gap || !(count[line]?.[row] > 0)) return null;
  return { now: mean[line][row], min: min[line][row], mean: mean[line][row], max: max[line][row] };
}
