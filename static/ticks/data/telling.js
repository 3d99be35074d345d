import { Cadence } from "./cadence.js";

const SEEN_KEPT = 20_000;
const CLOCK_JITTER_S = 1;

/**
 * Who wants to hear of ticks; all optional.
 *
 * @typedef {object} Listener
 * @property {() => void} [greeted]  the server has answered: its clock is known
 * @property {() => void} [moved]  what is stored has to be read again: the ticks go on somewhere else
 * @property {(ticks: object[], epoch: string, prevT: number) => void} [ticks]  at least one; `prevT`: of the tick before
 * @property {(ts: number | null, reason: string) => void} [broke]  what comes next does not join; the clock was set back to `ts`
 */

/** The ticks of one connection, told in pieces that hang together. */
export class Telling {
  #listeners = [];
  #onGap;
  #pending = null;

  /** Newest tick, or null. @type {object | null} */
  last = null;
  /** The `t` of every tick, in order, the last 20,000. @type {number[]} */
  seen = [];
  cadence = new Cadence();

  /** @param {(gap: {from: number, to: number, reason: string}) => void} onGap  something is missing, UNIX seconds */
  constructor(onGap) {
    this.#onGap = onGap;
  }

  /** @param {Listener} listener @returns {() => void} listens no more */
  listen(listener) {
    this.#listeners.push(listener);
    return () => (this.#listeners = this.#listeners.filter((one) => one !== listener));
  }

  /** @param {keyof Listener} what @param {...any} facts */
  tell(what, ...facts) {
    for (const listener of this.#listeners) listener[what]?.(...facts);
  }

  /** The next tick does not join the last one. @param {string} reason */
  breakOff(reason) {
    this.#pending = reason;
  }

  /** From another place on. */
  restart() {
    this.last = this.#pending = null;
  }

  /** @param {object[]} ticks  at least one @param {string} epoch @param {number} firstPrevT  of the tick before them */
  took(ticks, epoch, firstPrevT) {
    let [begin, prevT] = [0, firstPrevT];
    ticks.forEach((tick, i) => {
      const broke = this.#brokeAt(tick);
      if (broke) {
        if (i > begin) this.tell("ticks", ticks.slice(begin, i), epoch, prevT);
        this.tell("broke", ...broke);
        [begin, prevT] = [i, ticks[i - 1]?.t ?? prevT];
      }
      this.last = tick;
      this.seen.push(tick.t);
    });
    this.tell("ticks", begin === 0 ? ticks : ticks.slice(begin), epoch, prevT);
    if (this.seen.length > SEEN_KEPT) this.seen.splice(0, this.seen.length - SEEN_KEPT);
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
    if (this.last !== null && !isBack) this.#onGap({ from, to: ts, reason });
    return [isBack ? ts : null, reason];
  }
}
