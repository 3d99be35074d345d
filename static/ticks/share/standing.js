import { writeAddress } from "./address.js";

/** Browsers take no more than about six changes of the address a second. */
const REST_MS = 1000;

/** Where the viewer stands, as an address: the page's own, and one that shows the same to others. */
export class Standing {
  #page;
  #writtenAt = -Infinity;

  /**
   * @param {object} page
   * @param {import("../time/timeline.js").Timeline} page.timeline
   * @param {() => number} page.now  the server's time, UNIX seconds
   * @param {import("../replay/replaying.js").Replaying} page.replaying
   * @param {import("../board/drawer/choice.js").Choice} page.choice
   * @param {import("../compare/door.js").CompareDoor} page.comparing
   * @param {boolean} page.isBorrowed  the arrangement came with the address, and stays in it
   * @param {number} page.firstS  what is shown at first, seconds before now
   */
  constructor(page) {
    this.#page = page;
  }

  /** Keeps the page's own address up to date, so that a reload shows the same. */
  keep() {
    if (performance.now() - this.#writtenAt < REST_MS) return;
    this.#writtenAt = performance.now();
    const search = writeAddress({ ...this.#seen(), ...(this.#page.isBorrowed ? { arrangement: this.#page.choice.value } : {}) });
    if (search !== location.search) history.replaceState(history.state, "", location.pathname + search);
  }

  /** @returns {string} an address that shows exactly this to whoever may read the stream, however they arranged it */
  link() {
    const search = writeAddress({ ...this.#seen(), arrangement: this.#page.choice.value });
    return new URL(location.pathname + search, location.href).href;
  }

  /** @returns {string} query of an address that shows the same charts, in the same order, over as much time, always live */
  ofWall() {
    const { timeline, choice, firstS } = this.#page;
    const spanS = timeline.isLive ? timeline.spanS : timeline.preset;
    return writeAddress({ lastS: spanS === firstS ? undefined : spanS, arrangement: choice.value });
  }

  #seen() {
    return { ...this.#time(), compared: this.#page.comparing.written };
  }

  #time() {
    const { timeline, now, replaying, firstS } = this.#page;
    const place = replaying.place;
    if (place) return { stretch: place, replay: place };
    if (timeline.isLive) return timeline.spanS === firstS ? {} : { lastS: timeline.spanS };
    return { stretch: timeline.range(now()) };
  }
}
