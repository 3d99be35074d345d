import { Journal, ofThisTab } from "./journal.js";

const CLOCK_S = 2;
const STEP_S = 1;

/**
 * Something that happened to the connection or to the stream. Of what is not over yet, `forS` is null.
 *
 * @typedef {object} Entry
 * @property {"connected" | "failed" | "lost" | "hidden" | "stopped" | "gap" | "slept" | "back" | "source"} kind
 * @property {number} at  when, the server's UNIX time, seconds
 * @property {number | null} [forS]  how long, seconds
 * @property {number | null} [code]  the close code
 * @property {string} [reason]  for people; of a gap as the message has it
 * @property {number} [tries]  that failed
 * @property {boolean} [resumed]  whether it went on where it was
 * @property {number | null} [t]  of the last tick before
 * @property {number} [count]  ticks that are missing; how often the source's clock went back
 * @property {number} [fromT]  of the first one missing
 * @property {number} [toT]  of the last one missing
 * @property {number | null} [fromTs]  time of the last tick before the gap, UNIX seconds
 * @property {number | null} [toTs]  time of the first tick behind it
 */

const CLOCKS = { wall: () => Date.now(), steady: () => performance.now() };
const UNFINISHED = new Set(["failed", "lost", "hidden"]);

/** What became of the connection to a stream, the newest first; it outlives a reload of the page. */
export class ConnectionLog {
  #journal;
  #now;
  #clocks;
  #offset;
  #lastTs = null;
  #openGap = null;
  #began = null;
  #awaitsHello = false;

  /** When the present connection came about, the server's UNIX time, seconds; null while there is none. @type {number | null} */
  since = null;

  /**
   * @param {string} stream  its name
   * @param {object} parts
   * @param {() => number} parts.now  the server's UNIX time, seconds
   * @param {Storage | null} [parts.storage]  where it is kept
   * @param {{wall: () => number, steady: () => number}} [parts.clocks]  of this computer, milliseconds
   */
  constructor(stream, { now, storage = ofThisTab(), clocks = CLOCKS }) {
    this.#journal = new Journal(`ticks.connection.${stream}`, storage, clocks.steady);
    this.#now = now;
    this.#clocks = clocks;
    this.#offset = clocks.wall() - clocks.steady();
  }

  /** @returns {readonly Entry[]} the newest first */
  get entries() {
    return this.#journal.entries;
  }

  /** @returns {number} grows with every change */
  get version() {
    return this.#journal.version;
  }

  /** @param {import("../feed.js").FeedStatus} status */
  state(status) {
    this.#checkClock();
    const wasLive = this.since !== null;
    if (status.state === "live") {
      if (!wasLive) this.#awaitsHello = true;
      this.since ??= this.#now();
      return;
    }
    this.since = null;
    if (status.state === "waiting") this.#waits(status, wasLive);
    else if (status.state === "hidden") this.#begin({ kind: "hidden", reason: status.reason, forS: null });
    else if (status.state === "stopped") this.#begin({ kind: "stopped", code: status.code, reason: status.reason });
    this.#journal.save();
  }

  /** @param {{cursor: {t: number} | null}} hello @param {boolean} resumed  nothing was skipped */
  hello({ cursor }, resumed) {
    this.#checkClock();
    if (!resumed) this.#lastTs = null;
    if (!this.#awaitsHello) return;
    this.#awaitsHello = false;
    this.since = this.#now();
    this.#end();
    this.#add({ kind: "connected", resumed, t: cursor?.t ?? null });
    this.#journal.save();
  }

  /** @param {{after_t: number, next_t: number, count: number, reason: string}} gap */
  gap({ after_t: afterT, next_t: nextT, count, reason }) {
    const place = { fromT: afterT + 1, toT: nextT - 1, fromTs: this.#lastTs, toTs: null };
    this.#openGap = this.#add({ kind: "gap", reason, count, ...place });
    if (reason === "epoch") this.#lastTs = null;
    this.#journal.saveSoon();
  }

  /** @param {{t: number, ts: number}[]} ticks */
  ticks(ticks) {
    if (ticks.length === 0) return;
    this.#checkClock();
    if (this.#openGap !== null) {
      this.#journal.change(this.#openGap, { toTs: ticks[0].ts });
      this.#openGap = null;
      this.#journal.saveSoon();
    }
    for (const { t, ts } of ticks) {
      if (this.#lastTs !== null && ts < this.#lastTs - STEP_S) this.#setBack(this.#lastTs - ts, t);
      this.#lastTs = ts;
    }
  }

  /** A source of many clocks may do so with every tick: in a row they are one entry. */
  #setBack(forS, t) {
    const [newest] = this.entries;
    if (newest?.kind === "source") this.#journal.change(newest, { forS, t, count: newest.count + 1 });
    else this.#add({ kind: "source", forS, t, count: 1 });
    this.#journal.saveSoon();
  }

  #waits({ attempt, code, reason }, wasLive) {
    const [newest] = this.entries;
    const goesOn = !wasLive && isOpen(newest) && newest.kind !== "hidden";
    if (!goesOn) this.#begin({ kind: wasLive ? "lost" : "failed", code, reason, tries: attempt, forS: null });
    else this.#journal.change(newest, { tries: attempt });
  }

  #begin(entry) {
    this.#end();
    this.#add(entry);
    this.#began = this.#times();
  }

  /** What was going on is over. When it began may have been told by a wrong clock: until the first hello there is no other. */
  #end() {
    const [newest] = this.entries;
    if (!isOpen(newest)) return;
    const now = this.#now();
    const forS = this.#began === null ? Math.max(0, now - newest.at) : this.#sinceBegan();
    this.#journal.change(newest, { at: now - forS, forS });
  }

  /** Of two clocks what says more: one stands still in sleep, the other may be set back. */
  #sinceBegan() {
    const { wall, steady } = this.#times();
    return Math.max(0, wall - this.#began.wall, steady - this.#began.steady) / 1000;
  }

  #times() {
    return { wall: this.#clocks.wall(), steady: this.#clocks.steady() };
  }

  /** One of this computer's clocks can be set, the other may stand still while it sleeps: together they tell of both. */
  #checkClock() {
    const offset = this.#clocks.wall() - this.#clocks.steady();
    const stepS = (offset - this.#offset) / 1000;
    this.#offset = offset;
    if (Math.abs(stepS) > CLOCK_S) this.#insert({ kind: stepS > 0 ? "slept" : "back", forS: Math.abs(stepS) });
  }

  /** Below what is going on: that stays the newest. */
  #insert(entry) {
    this.#add(entry, isOpen(this.entries[0]) ? 1 : 0);
  }

  #add(entry, place = 0) {
    const added = { at: this.#now(), ...entry };
    this.#journal.add(added, place);
    return added;
  }
}

function isOpen(entry) {
  return entry !== undefined && UNFINISHED.has(entry.kind) && entry.forS === null;
}
