const STAMPS = 20;
const PONGS = 10;
const DRIFT_S = 0.05;

/** A steady local clock, in seconds: nobody can set it, but it may stand still while the machine sleeps. */
const steady = () => performance.now() / 1000;

/**
 * The server's clock, told from its own messages, so that a viewer's wrong clock changes nothing.
 *
 * A ping of which four times are known says between which two values the offset lies: neither way takes less than no
 * time. The middle of the narrowest of the last ten is the estimate. Until the first pong, stamps serve: a message that
 * says "it is S" arrives at the local time L after some latency, so the largest S - L is the best.
 */
export class ServerClock {
  #stamps = [];
  #pongs = [];
  #local;

  /** The last round trip, milliseconds; null before the first pong. @type {number | null} */
  roundTripMs = null;

  /** @param {() => number} [local]  a steady local clock, in seconds */
  constructor(local = steady) {
    this.#local = local;
  }

  /** Forgets all samples: the local clock may have stood still while the machine slept. */
  reset() {
    this.#stamps = [];
    this.#pongs = [];
  }

  /** @returns {number} what a ping says in `t0`: the local clock's time, in seconds */
  t0() {
    return this.#local();
  }

  /** @param {number} serverTime  the UNIX time that a message just received carries, in seconds */
  stamp(serverTime) {
    const least = serverTime - this.#local();
    // It can't be that early by the server's clock: one of the clocks was set, or the local one stood still.
    if (this.#pongs.length > 0 && least > this.#best().high + DRIFT_S) this.reset();
    this.#stamps.push(least);
    if (this.#stamps.length > STAMPS) this.#stamps.shift();
  }

  /**
   * @param {{t0: number, t1: number, t2: number}} pong  just received: `t0` of this clock, `t1` and `t2` when the server got
   *   the ping and when it answered, UNIX seconds
   */
  pong({ t0, t1, t2 }) {
    const t3 = this.#local();
    const sample = { low: t2 - t3, high: t1 - t0 };
    this.roundTripMs = Math.max(0, (t3 - t0 - (t2 - t1)) * 1000);
    if (this.#pongs.length > 0 && apart(sample, this.#best()) > DRIFT_S) this.reset();
    this.#pongs.push(sample);
    if (this.#pongs.length > PONGS) this.#pongs.shift();
  }

  /**
   * What another tab knows, which has the connection.
   *
   * @param {number} serverTime  now, UNIX seconds
   * @param {number | null} roundTripMs
   */
  relayed(serverTime, roundTripMs) {
    this.#pongs = [];
    this.stamp(serverTime);
    this.roundTripMs = roundTripMs;
  }

  /** @returns {number} the server's UNIX time now, in seconds; the viewer's own clock before the first sample */
  now() {
    if (this.#pongs.length > 0) {
      const { low, high } = this.#best();
      return this.#local() + (low + high) / 2;
    }
    return this.#stamps.length > 0 ? this.#local() + Math.max(...this.#stamps) : Date.now() / 1000;
  }

  #best() {
    return this.#pongs.reduce((best, one) => (one.high - one.low < best.high - best.low ? one : best));
  }
}

/** How much time went by, as whichever of two clocks says more: one stands still in sleep, the other may be set back. */
export class Stopwatch {
  #wallMs = 0;
  #steadyMs = 0;

  constructor() {
    this.restart();
  }

  restart() {
    this.#wallMs = Date.now();
    this.#steadyMs = performance.now();
  }

  /** @returns {number} since the start, seconds */
  get seconds() {
    return Math.max(Date.now() - this.#wallMs, performance.now() - this.#steadyMs) / 1000;
  }
}

function apart(one, other) {
  return Math.max(one.low - other.high, other.low - one.high);
}
