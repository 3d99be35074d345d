const MEASURED_MS = 3000;
const SLOW_PART = 0.9;

/** Whether a replay is as fast as it should be: its source, the server or this page may not be. */
export class Pace {
  #begin = null;
  #speed = 1;

  /** How many times as fast as it was made, over the last seconds; NaN while that is not known. */
  measured = NaN;

  /** What was so far says nothing about what comes. */
  restart() {
    this.#begin = null;
    this.measured = NaN;
  }

  /** @param {number} at  where it stands, UNIX seconds @param {number} speed  what it should be */
  take(at, speed) {
    const now = performance.now();
    if (this.#begin === null || speed !== this.#speed) this.restart();
    this.#speed = speed;
    this.#begin ??= { at, now };
    if (now - this.#begin.now < MEASURED_MS) return;
    this.measured = (at - this.#begin.at) / ((now - this.#begin.now) / 1000);
    this.#begin = { at, now };
  }

  /** @returns {boolean} */
  get isSlow() {
    return this.measured < SLOW_PART * this.#speed;
  }
}
