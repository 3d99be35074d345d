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
 * @property {Float64Array[]} min  by line, as mean and max; NaN: none
 * @property {boolean} isWhole  each point is one tick
 * @property {import("../../data/gaps.js").Gap[]} gaps  in order
 * @property {import("../../look/units.js").Scale} scale  in which its axis is written
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
  #sight = null;

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
    // Of a single line all is said in the head.
    const box = element("div", { className: "legend-box", hidden: panel.lines.length === 1 }, this.#legend.root);
    this.#frame = new Frame(panel.title, [this.#place, box], () => this.#course.retry(), true);
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
    this.#course.load(wanted);
    this.#plot.settle();
  }

  hold() {
    this.#course.hold();
  }

  close() {
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
      this.#plot.draw(view, { ...sight, gaps: gapsOf(kept.track, view, sight), patience: this.#patience(sight) });
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
    return { title: this.#panel.title, fields, x: [...x], min: mins, max: maxs, mean: means, count: counts };
  }

  /** @returns {Sheet} what is drawn, for who takes it away */
  sheet() {
    const { x, min, max, mean, isWhole } = this.#plot.view;
    const [{ title, unit: raw }, { scale, canvas, names, gaps }] = [this.#panel, this.#plot];
    const lineOf = ({ label, field }, i) => ({ label, path: field.path, hue: names[i], isShown: this.#plot.isShown(i) });
    const lines = this.#panel.lines.map(lineOf);
    return { title, unit: scale.suffix, raw, lines, x, min, max, mean, isWhole, gaps, scale, canvas };
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
