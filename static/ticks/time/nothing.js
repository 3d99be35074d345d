import { _ } from "../i18n.js";
import { setText } from "../look/dom.js";
import { momentWords } from "./words.js";

const byId = (id) => document.getElementById(id);

/** Says that the stream has no ticks in the range that is shown, when there are some, and leads there. */
export class Nothing {
  #timeline;
  #now;
  #oldest;
  #newest;
  #parts = {
    root: byId("nothing"),
    word: byId("nothing-word"),
    toOldest: byId("nothing-oldest"),
    toNewest: byId("nothing-newest"),
  };

  /**
   * @param {import("./timeline.js").Timeline} timeline
   * @param {object} options
   * @param {() => number} options.now  the server's time, UNIX seconds
   * @param {() => number | null} options.oldest  when the oldest tick that is kept was made, UNIX seconds; null: not known
   * @param {() => number | null} options.newest  the same of the newest one
   */
  constructor(timeline, { now, oldest, newest }) {
    this.#timeline = timeline;
    this.#now = now;
    this.#oldest = oldest;
    this.#newest = newest;
    this.#parts.toOldest.addEventListener("click", () => this.#show(oldest(), 0));
    this.#parts.toNewest.addEventListener("click", () => this.#show(newest(), 1));
  }

  draw() {
    const now = this.#now();
    const { from, to } = this.#timeline.range(now);
    const [oldest, newest] = [this.#oldest(), this.#newest()];
    const isBefore = oldest !== null && to <= oldest;
    const isAfter = newest !== null && from > newest;
    this.#parts.root.hidden = !isBefore && !isAfter;
    if (!isBefore && !isAfter) return;
    const time = momentWords(isBefore ? oldest : newest, now);
    const isOldest = _("There are no ticks in this range: the oldest that is kept is of {time}.", { time });
    const isNewest = _("There are no ticks in this range: the newest is of {time}.", { time });
    setText(this.#parts.word, isBefore ? isOldest : isNewest);
    this.#parts.toOldest.disabled = oldest === null;
    this.#parts.toNewest.disabled = newest === null;
  }

  /** A range of the same length that begins, or ends, with a tick. */
  #show(ts, part) {
    const { spanS } = this.#timeline;
    this.#timeline.show(ts - part * spanS, ts + (1 - part) * spanS + part, this.#now());
  }
}
