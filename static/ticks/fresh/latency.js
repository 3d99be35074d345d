import { Samples } from "./samples.js";

const AHEAD_S = 0.1;
const PARTS = ["total", "up", "down", "interval"];

/**
 * Half of the samples, and 95 of 100, are not above these, milliseconds.
 *
 * @typedef {{p50: number, p95: number} | null} Spread  null where nothing was measured
 *
 * @typedef {object} Measured
 * @property {Spread} total  age of a tick when it comes
 * @property {Spread} up  from the source to the server
 * @property {Spread} down  from the server to this page
 * @property {Spread} interval  between two messages
 */

/**
 * How long live ticks take from the source to the server to this page, over the last five minutes, by the server's clock.
 * What comes to catch up says nothing about that, and is not counted.
 */
export class Latency {
  #samples = Object.fromEntries(PARTS.map((part) => [part, new Samples()]));
  #steady;
  #epoch = null;
  #caughtUpAt = Infinity;
  #cameAt = null;

  /** @param {() => number} [steady]  seconds of a clock that does not go back */
  constructor(steady = () => performance.now() / 1000) {
    this.#steady = steady;
  }

  /**
   * What is not newer than this is old.
   *
   * @param {{epoch: string | null, newest_t: number | null, latest?: {t: number} | null, mode?: "live" | "replay"}} hello
   */
  hello({ epoch, newest_t: newestT, latest, mode }) {
    this.#epoch = epoch;
    this.#caughtUpAt = mode === "replay" ? Infinity : (newestT ?? latest?.t ?? -Infinity);
    this.#cameAt = null;
  }

  /** A new numbering that begins while this page watches has no past. @param {{reason: string, epoch?: string}} gap */
  gap({ reason, epoch }) {
    if (reason !== "epoch" || epoch === this.#epoch || this.#epoch === null) return;
    this.#epoch = epoch;
    this.#caughtUpAt = -Infinity;
  }

  /**
   * @param {{ts: number}[]} ticks
   * @param {{last_t: number, received_ts?: number}} message  that brought them
   * @param {number} nowServer  the server's UNIX time, seconds
   */
  took(ticks, { last_t: lastT, received_ts: receivedTs }, nowServer) {
    if (ticks.length === 0 || !(lastT > this.#caughtUpAt)) return;
    const { ts } = ticks[ticks.length - 1];
    const at = this.#steady();
    this.#add("total", nowServer - ts, at);
    if (receivedTs !== undefined) {
      this.#add("up", receivedTs - ts, at);
      this.#add("down", nowServer - receivedTs, at);
    }
    if (this.#cameAt !== null) this.#add("interval", at - this.#cameAt, at);
    this.#cameAt = at;
  }

  /** @returns {Measured} */
  measure() {
    const now = this.#steady();
    return Object.fromEntries(PARTS.map((part) => [part, this.#samples[part].spread(now)]));
  }

  #add(part, seconds, at) {
    this.#samples[part].add(seconds * 1000, at);
  }
}

/** @param {Measured} measured @returns {number} how far the source's clock must be ahead of the server's, seconds; else 0 */
export function sourceAheadS({ up, total }) {
  const ms = (up ?? total)?.p50 ?? 0;
  return ms < -AHEAD_S * 1000 ? -ms / 1000 : 0;
}
