/**
 * Collects what a gesture asks for, so that the timeline changes once a frame at most. What one gesture does is one step
 * of the way back.
 */
export class Frame {
  #timeline;
  #now;
  #asked = 0;
  #panS = 0;
  #factor = 1;
  #at = NaN;
  #hasChanged = false;

  /** @param {import("../gestures.js").Ground} ground */
  constructor({ timeline, now }) {
    this.#timeline = timeline;
    this.#now = now;
  }

  /** @returns {boolean} whether the present gesture has changed what is shown */
  get hasChanged() {
    return this.#hasChanged;
  }

  /** A new gesture, and with it a new step of the way back. */
  begin() {
    this.flush();
    this.#hasChanged = false;
  }

  /** @param {number} seconds  later, or earlier where negative */
  pan(seconds) {
    this.#panS += seconds;
    this.#ask();
  }

  /** @param {number} factor  of the span @param {number} at  what keeps its place, UNIX seconds */
  zoom(factor, at) {
    this.#factor *= factor;
    this.#at = at;
    this.#ask();
  }

  /** Does at once what is still waiting for its frame. */
  flush() {
    if (this.#asked !== 0) this.#apply();
  }

  /** Forgets what is still waiting. */
  drop() {
    cancelAnimationFrame(this.#asked);
    this.#asked = 0;
    this.#panS = 0;
    this.#factor = 1;
  }

  #ask() {
    if (this.#asked === 0) this.#asked = requestAnimationFrame(() => this.#apply());
  }

  #apply() {
    const [panS, factor, at] = [this.#panS, this.#factor, this.#at];
    this.drop();
    const changed =
      factor === 1
        ? this.#timeline.pan(panS, this.#now(), this.#hasChanged)
        : this.#timeline.zoom(factor, at, this.#now(), this.#hasChanged);
    this.#hasChanged ||= changed;
  }
}
