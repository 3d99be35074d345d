export { PRESETS, words } from "./words.js";

const LEAST_SPAN_S = 1;
const MOST_SPAN_S = 400 * 86400;
const STEPS_KEPT = 50;

/** The longest stretch that is shown at once, days. */
export const MOST_DAYS = MOST_SPAN_S / 86400;

/**
 * A stretch of time, UNIX seconds.
 *
 * @typedef {{from: number, to: number}} Range
 *
 * What is shown. Live: the last spanS seconds; held: that range, because the viewer paused, or moved into the past; in a
 * replay the spanS seconds up to where it stands.
 *
 * @typedef {{held: null | "paused" | "past" | "replay", spanS: number, from?: number, to?: number, at?: () => number}} View
 */

/** Which stretch of time all charts show: it slides along with now, or stays where the viewer put it. */
export class Timeline {
  #onChange;
  #preset;
  #liveSpanS;
  /** @type {View} */
  #view;
  /** @type {View[]} */
  #before = [];
  #news = 0;

  /**
   * @param {object} options
   * @param {number} options.spanS  how much is shown at first, seconds before now
   * @param {() => void} [options.onChange]  called after every change but the sliding of live
   */
  constructor({ spanS, onChange = () => {} }) {
    this.#onChange = onChange;
    this.#preset = this.#liveSpanS = withinSpan(spanS);
    this.#view = { held: null, spanS: this.#liveSpanS };
  }

  /** @returns {boolean} whether it slides along with now */
  get isLive() {
    return this.#view.held === null;
  }

  /** @returns {boolean} whether its right end moves by itself: with now, or with a replay */
  get isMoving() {
    return this.isLive || this.held === "replay";
  }

  /** @returns {null | "paused" | "past" | "replay"} why it does not follow the present */
  get held() {
    return this.#view.held;
  }

  /** @returns {number} how much is shown, seconds */
  get spanS() {
    return this.#view.spanS;
  }

  /** @returns {number} the span that was chosen last, seconds, whatever was zoomed since */
  get preset() {
    return this.#preset;
  }

  /** @returns {number} ticks that came since it is held */
  get news() {
    return this.#news;
  }

  /** @returns {boolean} whether `back` leads anywhere */
  get hasBefore() {
    return this.#before.length > 0;
  }

  /** @param {number} now  the server's time, UNIX seconds @returns {Range} what is shown */
  range(now) {
    const { spanS, from, to, at } = this.#view;
    if (!this.isMoving) return { from, to };
    const end = at?.() ?? now;
    return { from: end - spanS, to: end };
  }

  /** Shows the last so many seconds, and goes on with the time. @param {number} spanS */
  follow(spanS) {
    this.#preset = withinSpan(spanS);
    this.#set({ held: null, spanS: this.#preset });
  }

  /**
   * Stays at a stretch of the past.
   *
   * @param {number} from  UNIX seconds
   * @param {number} to  UNIX seconds
   * @param {number} [now]  nothing beyond it is shown
   */
  show(from, to, now = Infinity) {
    if (!(Number.isFinite(from) && Number.isFinite(to))) throw new RangeError(`from and to have to be finite: ${from}, ${to}`);
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    this.#go({ held: "past", ...within({ from: Math.max(first, 0), to: Math.min(last, now) }, now) }, false);
  }

  /**
   * Lets a replay move what is shown.
   *
   * @param {() => number} at  where it stands, UNIX seconds
   * @param {number} spanS  how much is shown, up to there
   */
  replay(at, spanS) {
    this.#go({ held: "replay", spanS: withinSpan(spanS), at }, false);
  }

  /**
   * While it moves by itself it goes on, and the right end stays; held, the time `at` keeps its place.
   *
   * @param {number} factor  of the span: below 1 is closer
   * @param {number} at  UNIX seconds
   * @param {number} now  UNIX seconds
   * @param {boolean} [goesOn]  one gesture with the step before: `back` undoes both at once
   * @returns {boolean} whether anything changed
   */
  zoom(factor, at, now, goesOn = false) {
    const spanS = withinSpan(this.spanS * factor);
    if (this.isMoving) return this.#go({ ...this.#view, spanS }, goesOn);
    const { from, to } = this.#view;
    const fixed = Math.min(Math.max(Number.isFinite(at) ? at : (from + to) / 2, from), to);
    const start = fixed - ((fixed - from) / (to - from)) * spanS;
    return this.#go({ held: this.held, ...within({ from: start, to: start + spanS }, now) }, goesOn);
  }

  /**
   * Moves away from live; what would reach now is live again.
   *
   * @param {number} seconds  later, or earlier where negative
   * @param {number} now  UNIX seconds
   * @param {boolean} [goesOn]  as in zoom
   * @returns {boolean} whether anything changed
   */
  pan(seconds, now, goesOn = false) {
    if (seconds === 0) return false;
    const { from, to } = this.range(now);
    if (to + seconds >= now) return this.#go({ held: null, spanS: this.spanS }, goesOn);
    return this.#go({ held: "past", ...within({ from: from + seconds, to: to + seconds }, now) }, goesOn);
  }

  /** What was shown before the last zoom, pan or show. @param {number} now  UNIX seconds */
  back(now) {
    const view = this.#before.pop();
    if (view) this.#set(view.from === undefined ? view : { ...view, ...within(view, now) });
  }

  /** Stays at what is shown. @param {number} now  UNIX seconds */
  pause(now) {
    if (this.isLive) this.#set({ held: "paused", spanS: this.spanS, ...this.range(now) });
  }

  /** Follows again, with the span that was followed last. */
  goLive() {
    this.#set({ held: null, spanS: this.#liveSpanS });
  }

  /** @param {number} count  ticks that have come */
  took(count) {
    if (!this.isLive) this.#news += count;
  }

  #go(view, goesOn) {
    const before = this.#view;
    if (!this.#set(view)) return false;
    // A replay that was left is over: nothing leads back into it.
    if (goesOn || (before.held === "replay" && view.held !== "replay")) return true;
    this.#before.push(before);
    if (this.#before.length > STEPS_KEPT) this.#before.shift();
    return true;
  }

  #set(view) {
    const { held, spanS, from, to, at } = this.#view;
    const isSame = view.held === held && view.spanS === spanS && view.from === from && view.to === to && view.at === at;
    if (isSame) return false;
    if (view.held === null) this.#liveSpanS = view.spanS;
    if (view.held === null || held === null) this.#news = 0;
    if (held === "replay" && view.held !== "replay") this.#before = this.#before.filter((one) => one.held !== "replay");
    this.#view = view;
    this.#onChange();
    return true;
  }
}

function withinSpan(spanS) {
  if (!(spanS > 0)) throw new RangeError(`a span has to be a positive number of seconds: ${spanS}`);
  return Math.min(Math.max(spanS, LEAST_SPAN_S), MOST_SPAN_S);
}

/** The nearest stretch that may be shown: of its length if that is allowed, about its middle if not, never beyond now. */
function within({ from, to }, now) {
  const spanS = Math.min(Math.max(to - from, LEAST_SPAN_S), MOST_SPAN_S);
  const start = Math.max(0, Math.min((from + to - spanS) / 2, now - spanS));
  return { spanS, from: start, to: start + spanS };
}
