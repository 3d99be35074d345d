import { Course } from "../data/course.js";
import { gapsOf } from "../data/gaps.js";
import { linesOf } from "../data/lines.js";
import { isUsedUp, planOf } from "./plan.js";
import { shifted } from "./shift.js";

/** Steps are no shorter than this, whatever a replay does. */
const REST_MS = 1000;

/**
 * The other lines of a chart, on its time axis.
 *
 * @typedef {object} Seen
 * @property {import("../data/track.js").View} view
 * @property {import("../data/gaps.js").Gap[]} gaps
 * @property {number} reach  how far from a moment the value may be that counts for it, seconds
 * @property {number} back  how much earlier than drawn it was, seconds
 * @property {{from: number, to: number}} span  the other range, UNIX seconds
 * @property {boolean} isBanded  least and largest are drawn
 */

/**
 * What the fields of a chart did over the other range: read in steps ahead of what is shown, or followed where that is
 * no longer ago than a moment.
 */
export class Reading {
  #fields;
  #source;
  #motion;
  #course;
  #wanted = null;
  #isNew = false;
  /** @type {import("./plan.js").Plan | null} */
  #plan = null;
  #begunAt = -Infinity;
  #shown = null;

  /**
   * @param {import("../data/fields.js").Field[]} fields
   * @param {import("./source.js").Source} source
   * @param {() => {isMoving: boolean, isLive: boolean, speed: number, now: number}} motion  of what is shown
   * @param {() => void} redraw
   */
  constructor(fields, source, motion, redraw) {
    this.#fields = fields;
    this.#source = source;
    this.#motion = motion;
    this.#course = new Course({ kind: linesOf(fields), live: source.live, history: source.history, onChange: redraw });
  }

  /** @returns {boolean} whether it is not yet known what there is */
  get isLoading() {
    return this.#shown === null && this.trouble === "";
  }

  /** @returns {boolean} whether it reads, or is about to */
  get isBusy() {
    return this.#isNew || this.#course.isLoading;
  }

  /** @returns {string} why it could not be read */
  get trouble() {
    return this.#course.trouble;
  }

  /** Another range is shown; it is read once it is drawn. @param {import("../data/course.js").Wanted} wanted */
  load(wanted) {
    this.#wanted = wanted;
    this.#isNew = true;
  }

  /** What was read no longer goes on as it was: the same range is read anew. */
  renew() {
    this.#isNew = this.#wanted !== null;
  }

  hold() {
    if (this.#wanted) this.#wanted = { ...this.#wanted, isLive: false };
    if (!this.#plan?.isLive) return;
    if (this.#course.isLoading) this.renew();
    this.#course.hold();
  }

  close() {
    this.#course.close();
    this.#shown = null;
  }

  /** @param {import("../board/board.js").Sight} sight @returns {Seen | null} null: nothing is known */
  look({ from, to, isBanded }) {
    const back = this.#source.backOf(to - from);
    const faults = this.#fields.map((field) => this.#source.faultOf(field));
    if (this.#wanted !== null && faults.some((fault) => fault === "")) this.#read(to, back);
    // What is only half read would be drawn in other buckets for a moment.
    if (!this.#course.isLoading) this.#shown = this.#course.kept;
    if (this.#shown === null) return null;
    const { track } = this.#shown;
    const span = { from: from - back, to: to - back };
    const own = track.view(span.from, span.to);
    const { live, gaps: known } = this.#source;
    const about = { known: known.between(span.from, span.to), quiet: "unstored", patience: live.patience };
    const gaps = gapsOf(track, own, { ...span, ...about });
    const view = shifted(own, back, faults.map((fault) => fault === ""));
    return {
      view,
      gaps: gaps.map((gap) => ({ ...gap, from: gap.from + back, to: gap.to + back })),
      reach: Math.max(live.patience, track.width),
      back,
      span,
      // Several bands over each other tell nothing.
      isBanded: isBanded && !view.isWhole && this.#fields.length === 1,
    };
  }

  #read(to, back) {
    const { points, isLive: isMoving, ...shown } = this.#wanted;
    const end = isMoving ? to : shown.to;
    const isDue = isMoving && this.#plan !== null && isUsedUp(this.#plan, end - back);
    const isRested = performance.now() - this.#begunAt > REST_MS && !this.#course.isLoading;
    if (!this.#isNew && !(isDue && isRested && this.trouble === "")) return;
    this.#isNew = false;
    this.#begunAt = performance.now();
    const { isLive, speed, now } = this.#motion();
    const range = { from: end - (shown.to - shown.from), to: end, points };
    this.#plan = planOf(range, back, { isMoving, isFollowed: isMoving && isLive, speed, now });
    this.#course.load(this.#plan);
    this.#source.learn(this.#plan.from, this.#plan.to);
  }
}
