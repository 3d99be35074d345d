import { _ } from "../i18n.js";
import { HistoryError } from "./history.js";

/** Ranges with no more ticks than this are shown tick by tick. */
const MOST_TICKS = 1000;
/** How far a live range is read beyond its end, at first: what is made while it is being read is to be counted. */
const AHEAD_S = 5;
/** A live range that is older than this is asked for anew, up to now; less than that is within what is read ahead. */
const OLD_S = 0.5;
/** Those who ask at about the same time ask for the same, and so together. */
const STEP_S = 0.1;
const MOST_JOINS = 5;
const JOIN_MS = 150;
const AGAIN_MS = [1000, 2000, 5000, 10_000, 20_000];

/**
 * What is kept of a range.
 *
 * @typedef {object} Keeper
 * @property {(tick: object) => void} add
 * @property {(tick: object) => void} present  the newest tick of what was read as a series, to be called before any other comes
 * @property {() => void} breakOff  what comes next does not join
 * @property {(ts: number) => void} truncate  forget what is at and after this time
 * @property {import("./cadence.js").Cadence} cadence  how often a tick has anything of it
 * @property {number} lastTs  when a tick last had anything of it, UNIX seconds
 *
 * @typedef {object} Kind  of keepers
 * @property {string[]} paths  to be read
 * @property {boolean} hasNumbers  whether series tell anything of it
 * @property {(wanted: Wanted) => Keeper} empty
 * @property {(series: import("./history.js").Series, wanted: Wanted) => Keeper} ofSeries
 * @property {(ticks: object[], wanted: Wanted) => Keeper} ofTicks
 *
 * @typedef {{from: number, to: number, isLive: boolean, points: number}} Wanted  UNIX seconds; live: it goes on at its end
 */

/**
 * What some fields did over the range in sight: read from what is stored, and gone on with live, from exactly the tick
 * behind the last one that was read: no hole, no double.
 */
export class Course {
  #kind;
  #live;
  #history;
  #onChange;
  #leave;
  #asked = null;
  #waiting = [];
  /** The last tick that was read from what is stored, while none has come live. */
  #through = null;
  #isJoined = false;
  /** In a replay what is read reaches up to this time, UNIX seconds, whether it was played or not. */
  #until = -Infinity;
  #timer = 0;
  #failures = 0;

  /** @type {Keeper | null} null before anything was read */
  kept = null;
  /** What `kept` is of. @type {Wanted | null} */
  wanted = null;
  /** Why it could not be read; empty where it could. */
  trouble = "";
  /** When it is tried again, milliseconds, as Date.now(). */
  nextTry = 0;
  /** Whether there were too many ticks to read what only ticks tell. */
  isPartial = false;

  /**
   * @param {object} options
   * @param {Kind} options.kind
   * @param {import("./live.js").Live} options.live
   * @param {import("./history.js").History} options.history
   * @param {() => void} options.onChange  something else is to be shown than before
   */
  constructor({ kind, live, history, onChange }) {
    this.#kind = kind;
    this.#live = live;
    this.#history = history;
    this.#onChange = onChange;
    this.#leave = live.listen({
      ticks: (ticks, epoch, prevT) => this.#hear({ ticks, epoch, prevT }),
      broke: (ts) => this.#hear({ broke: true, ts }),
      // The server is back: what it could not answer may be asked for again.
      greeted: () => this.#asked === null && this.retry(),
    });
  }

  /** @returns {boolean} whether what is shown is not yet what was asked for */
  get isLoading() {
    return this.#asked !== null;
  }

  /** Reads a range; what was there stays until that is done. @param {Wanted} wanted */
  load(wanted) {
    this.#failures = 0;
    this.#begin({ ...wanted }, 0);
  }

  /** Reads at once what could not be read. */
  retry() {
    if (this.trouble && this.wanted) this.#begin({ ...this.wanted }, 0);
  }

  /** Keeps what it has as it is: ticks that come are not in sight. */
  hold() {
    clearTimeout(this.#timer);
    this.#asked = null;
    this.wanted = this.wanted && { ...this.wanted, isLive: false };
  }

  close() {
    clearTimeout(this.#timer);
    this.#asked = null;
    this.#leave();
  }

  #begin(wanted, joins) {
    clearTimeout(this.#timer);
    this.#asked = wanted.isLive ? { ...wanted, ...this.#present(wanted) } : wanted;
    this.#waiting = [];
    this.#read(this.#asked, joins);
  }

  async #read(asked, joins) {
    const isCurrent = () => asked === this.#asked;
    const isGrowing = asked.isLive && !this.#live.isStored;
    const aheadS = isGrowing ? AHEAD_S * 2 ** joins : 0;
    const span = { from: asked.from, to: asked.to + aheadS };
    let through = null;
    try {
      const preloaded = isGrowing && joins === 0 ? this.#history.preloaded(this.#kind.paths, asked.from) : null;
      const first = preloaded && (await preloaded);
      if (!isCurrent()) return;
      if (first) {
        this.isPartial = false;
        const isJoined = this.#take(this.#kind.ofTicks(first.ticks, asked), first.through, asked);
        return isJoined ? this.#done() : this.#again(asked, joins);
      }
      if (this.#kind.hasNumbers) {
        const isKnown = isGrowing && this.#live.last !== null;
        const newest = isKnown ? this.#live.last : this.#history.tickAt(span.to, this.#kind.paths).catch(() => null);
        const series = await this.#history.series(this.#kind.paths, span, asked.points);
        const isMany = mostOf(series) > MOST_TICKS;
        const tick = isMany ? await newest : null;
        if (!isCurrent()) return;
        this.#until = series.end;
        const kept = this.#kind.ofSeries(series, asked);
        if (tick && !isGrowing && tick.ts >= span.from) kept.present(tick);
        // What was made behind its end was looked at, and is in no bucket.
        const isShort = isGrowing && series.throughTs >= series.end;
        if (isShort || !this.#take(kept, series.through, asked)) return this.#again(asked, joins);
        if (tick && isGrowing && !this.#isJoined && tick.ts >= span.from) kept.present(tick);
        if (isMany) return this.#done();
        through = series.through;
      }
      const found = await this.#history.ticks(this.#kind.paths, span, MOST_TICKS);
      if (!isCurrent()) return;
      this.isPartial = found === null;
      if (found) this.#until = span.to;
      const kept = found && this.#kind.ofTicks(found.ticks, asked);
      // A range without ticks does not say how far it was looked.
      if (kept && !found.through && !this.#kind.hasNumbers) through = await this.#history.reached();
      if (!isCurrent()) return;
      if (kept && !this.#take(kept, found.through ?? through, asked)) return this.#again(asked, joins);
      if (!kept && !this.#kind.hasNumbers) this.#take(this.#kind.empty(asked), this.#live.cursor, asked);
      this.#done();
    } catch (error) {
      if (!(error instanceof HistoryError)) throw error;
      if (isCurrent()) this.#failed(asked, error);
    }
  }

  /** @returns {boolean} false where ticks between what was read and what came live are missing */
  #take(kept, through, asked) {
    const before = [this.kept, this.wanted, this.#through, this.#isJoined];
    [this.kept, this.wanted, this.#through, this.#isJoined] = [kept, asked, through, false];
    if (!asked.isLive) return true;
    const { cursor, isStored } = this.#live;
    const ahead = !isStored && this.#waiting.length === 0 && cursor !== null && this.#isBeyond(cursor);
    if (!ahead && this.#waiting.every((heard) => this.#follow(heard))) return true;
    // The first time something incomplete for a moment is better than nothing.
    if (before[0] !== null) [this.kept, this.wanted, this.#through, this.#isJoined] = before;
    return false;
  }

  #again(asked, joins) {
    if (joins < MOST_JOINS) {
      this.#timer = setTimeout(() => this.#begin(asked, joins + 1), JOIN_MS * joins);
      this.#onChange();
    } else {
      this.#failed(asked, new HistoryError(0, _("what is stored does not reach what is live")));
    }
  }

  #done() {
    this.#asked = null;
    this.#waiting = [];
    this.#failures = 0;
    this.trouble = "";
    this.#onChange();
  }

  #failed(asked, { message }) {
    this.#asked = null;
    this.trouble = message;
    const rest = AGAIN_MS[Math.min(this.#failures, AGAIN_MS.length - 1)];
    this.#failures += 1;
    this.nextTry = Date.now() + rest;
    if (this.kept === null || this.wanted.isLive !== asked.isLive) {
      // What comes live can be shown all the same.
      [this.kept, this.wanted, this.#through, this.#isJoined] = [this.#kind.empty(asked), asked, null, true];
    }
    this.#timer = setTimeout(() => this.#begin({ ...asked }, 0), rest);
    this.#onChange();
  }

  #hear(heard) {
    if (this.#asked !== null) this.#waiting.push(heard);
    if (!this.wanted?.isLive || this.#follow(heard)) return;
    if (this.#asked === null) this.#begin({ ...this.wanted }, 0);
  }

  /** It may have been asked for long ago: a card can come into sight at any time. */
  #present({ from, to }) {
    if (this.#live.isStored) return { from: this.#live.reached() - (to - from), to: this.#live.reached() };
    const edge = this.#live.edge();
    if (edge - to < OLD_S) return { from, to };
    const end = Math.floor(edge / STEP_S) * STEP_S;
    return { from: end - (to - from), to: end };
  }

  /** @returns {boolean} false where something before it is missing */
  #follow({ ticks, epoch, prevT, broke, ts }) {
    if (broke) {
      if (ts === null) this.kept.breakOff();
      else this.kept.truncate(ts);
      if (ts !== null) this.#until = -Infinity;
      return true;
    }
    if (this.#live.isStored) {
      for (const tick of ticks) if (tick.ts >= this.#until) this.kept.add(tick);
      return true;
    }
    if (this.#isJoined) {
      for (const tick of ticks) this.kept.add(tick);
      return true;
    }
    if (this.#isBeyond({ epoch, t: prevT })) return false;
    for (const tick of ticks) if (this.#isBeyond({ epoch, t: tick.t })) this.kept.add(tick);
    this.#isJoined = this.#isBeyond({ epoch, t: ticks.at(-1)?.t ?? -1 });
    return true;
  }

  /** Where nothing is stored, or can be had, only the first tick of a numbering joins: behind 0. */
  #isBeyond({ epoch, t }) {
    return this.#through === null ? t > 0 : isAfter({ epoch, t }, this.#through);
  }
}

/** @returns {boolean} whether one place is behind another, as far as both are known */
function isAfter(one, other) {
  if (one === null || other === null) return false;
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.t > other.t);
}

function mostOf({ columns }) {
  let most = 0;
  for (const { count } of columns.values()) most = Math.max(most, count.reduce((sum, one) => sum + one, 0));
  return most;
}
