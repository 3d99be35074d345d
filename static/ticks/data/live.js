import { follow } from "../feed.js";
import { Cadence } from "./cadence.js";

const SEEN_KEPT = 20_000;
const GAP_INTERVALS = 2.5;
const LEAST_GAP_S = 1;
const CLOCK_JITTER_S = 1;
/** A hidden tab goes on for so long: what it keeps is bounded, and whoever comes back finds all of it drawn at once. */
const HIDDEN_AFTER_S = 900;
/** Who lacks more than this begins anew at the newest tick, and reads what was missed as series. */
const MOST_MISSED = 20_000;

/**
 * @typedef {object} Listener  all optional
 * @property {() => void} [greeted]  the server has answered: its clock is known
 * @property {() => void} [moved]  what is stored has to be read again: the live ticks go on somewhere else
 * @property {(ticks: object[], epoch: string, prevT: number) => void} [ticks]  at least one; `prevT`: of the tick before
 * @property {(ts: number | null, reason: string) => void} [broke]  what comes next does not join; the clock was set back to `ts`
 */

/** The live end of a stream: every tick as it comes, by a connection that heals itself. */
export class Live {
  #options;
  #gaps;
  #listeners = [];
  #feed;
  #greeted = false;
  #pending = null;

  /** Newest tick, or null. @type {object | null} */
  last = null;
  /** The `t` of every tick received since the page was loaded, in order, the last 20,000. @type {number[]} */
  seen = [];
  /** The newest tick that was there when the connection began: what comes up to it is no news. @type {number} */
  caughtUpAt = Infinity;
  /** When the source last showed that it lives, the server's UNIX seconds. @type {number} */
  aliveAt = -Infinity;
  cadence = new Cadence();

  /**
   * @param {object} options
   * @param {string} options.url  of the WebSocket
   * @param {string} options.stream
   * @param {import("./gaps.js").Gaps} options.gaps  gets what is missing
   * @param {Partial<import("../feed.js").Callbacks>} options.also  who else wants to hear of it
   */
  constructor({ gaps, also, ...options }) {
    this.#gaps = gaps;
    this.#options = { hiddenAfterS: HIDDEN_AFTER_S, ...options, ...this.#callbacks(also) };
    this.#feed = follow(this.#options);
  }

  /** @returns {import("../feed.js").FeedStatus} */
  get status() {
    return this.#feed.status;
  }

  /** @returns {boolean} whether the server has answered at all */
  get greeted() {
    return this.#greeted;
  }

  /** @returns {import("../feed/chain.js").Cursor | null} the last tick received */
  get cursor() {
    return this.#feed.cursor;
  }

  /** @returns {number | null} milliseconds */
  get roundTripMs() {
    return this.#feed.roundTripMs;
  }

  /** @returns {number} longest quiet, in seconds, that is not a gap */
  get patience() {
    return Math.max(GAP_INTERVALS * this.cadence.interval || 0, LEAST_GAP_S);
  }

  /** @returns {number} the server's UNIX time, seconds */
  now() {
    return this.#feed.now();
  }

  /** @returns {number} where the live window ends: now by the server's clock; later where the source's clock is ahead of it */
  edge() {
    return Math.max(this.now(), this.last?.ts ?? 0);
  }

  retry() {
    this.#feed.retry();
  }

  /** @param {Listener} listener @returns {() => void} listens no more */
  listen(listener) {
    this.#listeners.push(listener);
    return () => (this.#listeners = this.#listeners.filter((one) => one !== listener));
  }

  #callbacks(also) {
    return {
      onHello: (hello, resumed) => {
        also.onHello?.(hello, resumed);
        this.#hello(hello, resumed);
      },
      onTicks: (ticks, message) => {
        this.#took(ticks, message);
        also.onTicks?.(ticks, message);
      },
      onGap: (gap) => {
        this.#pending = gap.reason;
        also.onGap?.(gap);
      },
      onHeartbeat: (heartbeat) => also.onHeartbeat?.(heartbeat),
      onState: (status) => also.onState?.(status),
    };
  }

  #hello({ latest, newest_t: newestT }, resumed) {
    const was = this.#greeted;
    this.#greeted = true;
    // Where nothing has come in of late, the server knows its newest tick from what is stored alone.
    this.caughtUpAt = newestT ?? latest?.t ?? -Infinity;
    if (latest) {
      this.last ??= latest;
      this.aliveAt = Math.max(this.aliveAt, latest.ts);
    }
    this.#tell("greeted");
    if (resumed && newestT - this.cursor.t > MOST_MISSED) this.#beginAnew();
    else if (was && !resumed) this.#tell("moved");
  }

  #beginAnew() {
    this.#feed.close();
    this.#feed = follow(this.#options);
  }

  #took(ticks, { prev_t: firstPrevT, last_t: lastT }) {
    if (ticks.length === 0) return;
    const { epoch } = this.cursor;
    let [begin, prevT] = [0, firstPrevT];
    ticks.forEach((tick, i) => {
      const broke = this.#brokeAt(tick);
      if (broke) {
        if (i > begin) this.#tell("ticks", ticks.slice(begin, i), epoch, prevT);
        this.#tell("broke", ...broke);
        [begin, prevT] = [i, ticks[i - 1]?.t ?? prevT];
      }
      this.last = tick;
      this.seen.push(tick.t);
    });
    this.#tell("ticks", begin === 0 ? ticks : ticks.slice(begin), epoch, prevT);
    if (this.seen.length > SEEN_KEPT) this.seen.splice(0, this.seen.length - SEEN_KEPT);
    // A tick that came live shows that the source lives, whatever the source's own clock says.
    this.aliveAt = Math.max(this.aliveAt, lastT > this.caughtUpAt ? this.now() : ticks.at(-1).ts);
  }

  /** @returns {[number | null, string] | null} whether a tick does not join the last one: the clock was set back to, and why */
  #brokeAt({ ts }) {
    const from = this.last?.ts ?? ts;
    const isBack = ts < from - CLOCK_JITTER_S;
    const reason = this.#pending ?? (isBack ? "clock" : null);
    this.#pending = null;
    if (reason === null) {
      this.cadence.add(ts - from);
      return null;
    }
    if (this.last !== null && !isBack) this.#gaps.add({ from, to: ts, reason });
    return [isBack ? ts : null, reason];
  }

  #tell(what, ...facts) {
    for (const listener of this.#listeners) listener[what]?.(...facts);
  }
}
