import { follow } from "../feed.js";
import { Telling } from "./telling.js";

/** A hidden tab goes on for so long: what it keeps is bounded, and whoever comes back finds all of it drawn at once. */
const HIDDEN_AFTER_S = 900;
/** Who lacks more than this begins anew at the newest tick, and reads what was missed as series. */
const MOST_MISSED = 20_000;

/** The live end of a stream: every tick as it comes, by a connection that heals itself. */
export class Live {
  #options;
  #telling;
  #feed;
  #greeted = false;

  /** What comes is stored later, if at all. */
  isStored = false;
  /** The newest tick that was there when the connection began: what comes up to it is no news. @type {number} */
  caughtUpAt = Infinity;
  /** The newest tick that was there when the page connected first. @type {import("../feed/chain.js").Cursor | null} */
  first = null;
  /** When the source last showed that it lives, the server's UNIX seconds. @type {number} */
  aliveAt = -Infinity;

  /**
   * @param {object} options
   * @param {string} options.url  of the WebSocket
   * @param {string} options.stream
   * @param {import("./gaps.js").Gaps} options.gaps  gets what is missing
   * @param {Partial<import("../feed.js").Callbacks>} options.also  who else wants to hear of it
   */
  constructor({ gaps, also, ...options }) {
    this.#telling = new Telling((gap) => gaps.add(gap));
    this.#options = { hiddenAfterS: HIDDEN_AFTER_S, ...options, ...this.#callbacks(also) };
    this.#feed = follow(this.#options);
  }

  /** Newest tick, or null. @returns {object | null} */
  get last() {
    return this.#telling.last;
  }

  /** The `t` of every tick received since the page was loaded, in order, the last 20,000. @returns {number[]} */
  get seen() {
    return this.#telling.seen;
  }

  /** @returns {import("./cadence.js").Cadence} */
  get cadence() {
    return this.#telling.cadence;
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
    return this.#telling.cadence.patience;
  }

  /** @returns {number} the server's UNIX time, seconds */
  now() {
    return this.#feed.now();
  }

  /** @returns {number} where the live window ends: now by the server's clock; later where the source's clock is ahead of it */
  edge() {
    return Math.max(this.now(), this.last?.ts ?? 0);
  }

  /** @returns {number} up to where everything was told, or is to be read, UNIX seconds */
  reached() {
    return this.edge();
  }

  retry() {
    this.#feed.retry();
  }

  /** Ends the connection. */
  close() {
    this.#feed.close();
  }

  /** @param {object | null} tick  the newest one that is known, while none has come @param {number[]} times  of the last ones, UNIX seconds */
  suppose(tick, times = []) {
    this.#telling.last ??= tick;
    this.cadence.suppose(times);
  }

  /** @param {import("./telling.js").Listener} listener @returns {() => void} listens no more */
  listen(listener) {
    return this.#telling.listen(listener);
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
        this.#telling.breakOff(gap.reason);
        also.onGap?.(gap);
      },
      onHeartbeat: (heartbeat) => also.onHeartbeat?.(heartbeat),
      onState: (status) => also.onState?.(status),
    };
  }

  #hello({ latest, epoch, newest_t: newestT }, resumed) {
    const was = this.#greeted;
    this.#greeted = true;
    // Where nothing has come in of late, the server knows its newest tick from what is stored alone.
    this.caughtUpAt = newestT ?? latest?.t ?? -Infinity;
    this.first ??= { epoch, t: this.caughtUpAt };
    if (latest) {
      this.suppose(latest);
      this.aliveAt = Math.max(this.aliveAt, latest.ts);
    }
    this.#telling.tell("greeted");
    if (resumed && newestT - this.cursor.t > MOST_MISSED) this.#beginAnew();
    else if (was && !resumed) this.#telling.tell("moved");
  }

  #beginAnew() {
    this.#feed.close();
    this.#feed = follow(this.#options);
  }

  #took(ticks, { prev_t: firstPrevT, last_t: lastT }) {
    if (ticks.length === 0) return;
    this.#telling.took(ticks, this.cursor.epoch, firstPrevT);
    // A tick that came live shows that the source lives, whatever the source's own clock says.
    this.aliveAt = Math.max(this.aliveAt, lastT > this.caughtUpAt ? this.now() : ticks.at(-1).ts);
  }
}
