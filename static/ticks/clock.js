const KEPT = 20;

/**
 * The server's clock, told from its own messages, so that a viewer's wrong clock changes nothing.
 *
 * A message that says "it is S" arrives at the local time L after some latency, so S - L is the true offset less the
 * latency. The largest of the last samples is therefore the one with the least latency: the best estimate.
 */
export class ServerClock {
  #samples = [];
  #local;

  /** @param {() => number} [local]  a steady local clock, in seconds */
  constructor(local = () => performance.now() / 1000) {
    this.#local = local;
  }

  /** Forgets all samples: the local clock may have stood still while the machine slept. */
  reset() {
    this.#samples = [];
  }

  /** @param {number} serverTime  the UNIX time that a message just received carries, in seconds */
  sample(serverTime) {
    this.#samples.push(serverTime - this.#local());
    if (this.#samples.length > KEPT) this.#samples.shift();
  }

  /** @returns {number} the server's UNIX time now, in seconds; the viewer's own clock before the first sample */
  now() {
    if (this.#samples.length === 0) return Date.now() / 1000;
    return this.#local() + Math.max(...this.#samples);
  }
}
