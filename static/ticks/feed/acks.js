import { Stopwatch } from "./clock.js";

const REST_S = 0.25;
const LEAST_REST_S = 0.1;
const MANY_BYTES = 256 * 1024;

/**
 * Tells the server how far this page has come, so that a page that hangs is not drowned: four times a second at most, or
 * as soon as a quarter of a mebibyte was taken, but never more than ten times a second.
 */
export class Acks {
  #send;
  #rest = new Stopwatch();
  #bytes = 0;
  #cursor = null;
  #timer = 0;

  /** @param {(cursor: import("./chain.js").Cursor) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** @param {number} bytes  length of a message as it came, after it was processed @param {import("./chain.js").Cursor} cursor */
  took(bytes, cursor) {
    this.#bytes += bytes;
    this.#cursor = cursor;
    const leastS = this.#bytes >= MANY_BYTES ? LEAST_REST_S : REST_S;
    const leftS = leastS - this.#rest.seconds;
    if (leftS <= 0) this.#now();
    else if (this.#timer === 0) this.#timer = setTimeout(() => this.#now(), leftS * 1000);
  }

  /** Forgets what it was about to tell: the connection is gone. */
  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#bytes = 0;
  }

  #now() {
    this.stop();
    this.#rest.restart();
    this.#send(this.#cursor);
  }
}
