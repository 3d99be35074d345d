const CAPS_S = [0.5, 1, 2, 4, 5, 5, 10, 20, 30];
const PATIENT_STEP = 6;
const STABLE_S = 10;

/** Full-jitter delays between tries: anything from 0 to a cap that grows from 0.5 s to 5 s, and later to 30 s. */
export class Backoff {
  #step = 0;

  /** @returns {number} how long to wait before the next try, in seconds */
  next() {
    return Math.random() * this.#cap();
  }

  /** For a server that finds us too many. @returns {number} seconds as above, at least 5, with caps from 10 s on */
  nextPatient() {
    this.#step = Math.max(this.#step, PATIENT_STEP);
    return (0.5 + Math.random() / 2) * this.#cap();
  }

  /**
   * Starts over after a connection that held; one that broke at once goes on with the longer delays.
   *
   * @param {number} livedS  how long the connection was live, in seconds
   */
  ended(livedS) {
    if (livedS >= STABLE_S) this.#step = 0;
  }

  #cap() {
    const cap = CAPS_S[Math.min(this.#step, CAPS_S.length - 1)];
    this.#step += 1;
    return cap;
  }
}
