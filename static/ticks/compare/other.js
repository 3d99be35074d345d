import { summarize } from "../data/summary.js";
import { _ } from "../i18n.js";
import { exactTime } from "../look/axes.js";
import { paint } from "./paint.js";
import { csvOf } from "./points.js";
import { Reading } from "./reading.js";
import { OtherRows, saidWords } from "./rows.js";
import { difference, pairs, rowAt } from "./shift.js";

const NONE = { min: NaN, mean: NaN, max: NaN };

/** What one chart is compared with: its other lines, and what its legend tells of them. */
export class Other {
  #panel;
  #source;
  #reading;
  #rows = null;
  #motion;
  #onClose;
  /** @type {import("./reading.js").Seen | null} */
  #seen = null;

  /**
   * @param {import("../data/panels.js").Panel} panel
   * @param {object} options
   * @param {import("./source.js").Source} options.source
   * @param {() => {isMoving: boolean, isLive: boolean, speed: number, now: number}} options.motion  of what is shown
   * @param {() => void} options.redraw
   * @param {(other: Other) => void} options.onClose
   */
  constructor(panel, { source, motion, redraw, onClose }) {
    this.#panel = panel;
    this.#source = source;
    this.#motion = motion;
    this.#onClose = onClose;
    this.#reading = new Reading(panel.lines.map(({ field }) => field), source, motion, redraw);
  }

  /** @returns {boolean} whether it is not yet known what there is */
  get isLoading() {
    return this.#reading.isLoading;
  }

  /** @returns {string} why it could not be read */
  get trouble() {
    return this.#reading.trouble;
  }

  /** @returns {boolean} whether any value is in sight */
  get hasData() {
    return this.#seen?.view.count.some((counts) => counts.some((count) => count > 0)) ?? false;
  }

  /** @param {import("../data/course.js").Wanted} wanted */
  load(wanted) {
    this.#reading.load(wanted);
  }

  hold() {
    this.#reading.hold();
  }

  /** What was read no longer goes on as it was. */
  renew() {
    this.#reading.renew();
  }

  /** Gives back all that it has. */
  close() {
    this.#reading.close();
    this.#rows?.close();
    this.#seen = null;
    this.#onClose(this);
  }

  recolor() {
    this.#rows?.recolor();
  }

  /** @param {import("../board/board.js").Sight} sight @returns {import("../board/chart/plot.js").Overlay | null} */
  look(sight) {
    const seen = this.#reading.look(sight);
    this.#seen = seen;
    return seen && { view: seen.view, isBanded: seen.isBanded, paint: (u, names) => paint(u, seen, names) };
  }

  /**
   * Where the chart's cursor stands, and what it draws.
   *
   * @typedef {object} Drawn
   * @property {{x: number, row: number | null} | null} cursor  null: nowhere
   * @property {import("../data/track.js").View} view  of the chart's own lines
   * @property {import("../look/units.js").Scale} scale
   * @property {import("../board/board.js").Sight} sight
   */

  /** Writes what the legend tells of it. @param {import("../board/chart/legend.js").Legend} legend @param {Drawn} drawn */
  describe(legend, drawn) {
    if (legend.rows.length === 0) return;
    this.#rows ??= new OtherRows(legend, this.#source.words);
    const { told, at } = this.#find(drawn);
    this.#rows.write(told, drawn.scale, drawn.cursor === null || at === null ? "" : exactTime(at));
  }

  /**
   * The same in words, for who listens; `cursor` is not null.
   *
   * @param {Drawn} drawn
   * @returns {{lines: string[], at: number | null}} of each line; of when that is, UNIX seconds; null: nothing is known
   */
  said(drawn) {
    const { told, at } = this.#find(drawn);
    return { lines: told.map((one) => saidWords(this.#source.words, one, drawn.scale)), at };
  }

  /**
   * For who takes it away, see share/.
   *
   * @typedef {import("../data/track.js").View & {back: number, words: string, stream?: string,
   *   pairsWith: (x: Float64Array) => [number | null, number | null][],
   *   csvWith: (sheet: import("../board/chart/chart.js").Sheet) => string}} OtherSheet
   * @returns {OtherSheet | null}
   */
  sheet() {
    if (this.#seen === null) return null;
    const { view, back } = this.#seen;
    const takes = { pairsWith: (x) => pairs(x, view.x), csvWith: (sheet) => csvOf(sheet) };
    return { ...view, back, words: this.#source.words, stream: this.#source.compared.stream, ...takes };
  }

  /** @returns {object | null} what is drawn, at its own time, for scripts and tests */
  told() {
    if (this.#seen === null) return null;
    const { view, back, span } = this.#seen;
    const [min, max, mean, count] = ["min", "max", "mean", "count"].map((name) => view[name].map((values) => [...values]));
    return { range: span, x: Array.from(view.x, (at) => at - back), min, max, mean, count };
  }

  #find({ cursor, view, sight }) {
    const own = cursor?.row ?? null;
    const at = cursor === null ? (view.x.at(-1) ?? sight.to) : own === null ? cursor.x : view.x[own];
    const row = this.#seen && rowAt(this.#seen.view, this.#seen.gaps, at, this.#seen.reach);
    const told = this.#panel.lines.map((line, i) => this.#told(line.field, i, row, { cursor, view, own, sight }));
    return { told, at: this.#when(at, row) };
  }

  #told(field, i, row, { cursor, view, own, sight }) {
    const unlike = this.#source.faultOf(field);
    if (unlike || this.#seen === null) return { now: NaN, spread: NONE, difference: null, fault: unlike || this.#unread() };
    const { view: other } = this.#seen;
    const now = row !== null && other.count[i][row] > 0 ? other.mean[i][row] : NaN;
    if (cursor === null) {
      const spread = summarize(other, i, sight.from, sight.to);
      return { now, spread, difference: null, fault: Number.isNaN(spread.mean) ? this.#nothing(sight.to) : "" };
    }
    const mine = own !== null && view.count[i]?.[own] > 0 ? view.mean[i][own] : NaN;
    if (Number.isNaN(now)) return { now, spread: NONE, difference: null, fault: this.#nothing(cursor.x) };
    const fault = Number.isNaN(mine) ? _("nothing to compare it with") : "";
    return { now, spread: NONE, difference: fault ? null : difference(mine, now), fault };
  }

  #unread() {
    return this.trouble ? _("not read: {why}", { why: this.trouble }) : _("loading …");
  }

  #nothing(at) {
    if (this.trouble || this.#reading.isBusy) return this.#unread();
    return at - this.#seen.back > this.#motion().now ? _("that is yet to come") : _("nothing was stored then");
  }

  /** Of what tick, or of what moment where there is none. */
  #when(at, row) {
    if (this.#seen === null) return null;
    const { view, back } = this.#seen;
    return (row === null ? at : view.x[row]) - back;
  }
}
