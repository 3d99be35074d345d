import { Replay } from "../data/replay.js";
import { _ } from "../i18n.js";
import { momentWords } from "../time/words.js";
import { Pace } from "./pace.js";
import { Scrub } from "./scrub.js";

/** What ends so close to now goes on until it is live. */
const OPEN_S = 2;

/**
 * Plays a stretch of the past in the page: what is shown moves with it, and where it catches up with now it is live.
 *
 * @typedef {{from: number, to: number}} Stretch  UNIX seconds
 */
export class Replaying {
  #timeline;
  #head;
  #now;
  #release;
  #isBusy;
  #replay;
  #scrub;
  #pace = new Pace();
  /** @type {Stretch | null} null: nothing is replayed */
  #stretch = null;
  #isOpen = false;
  #sought = null;

  /**
   * @param {object} page
   * @param {import("../time/timeline.js").Timeline} page.timeline
   * @param {import("../data/head.js").Head} page.head
   * @param {import("../data/history.js").History} page.history
   * @param {import("../data/gaps.js").Gaps} page.gaps
   * @param {() => number} page.now  the server's time, UNIX seconds
   * @param {() => void} page.release  lets all cards forget what they follow
   * @param {() => boolean} page.isBusy  whether any card reads
   * @param {() => import("../data/fields.js").Field | undefined} page.leading  the field whose course is the overview
   * @param {() => void} page.redraw
   * @param {string} page.url  of the WebSocket
   * @param {string} page.stream
   */
  constructor({ timeline, head, history, gaps, now, release, isBusy, leading, redraw, url, stream }) {
    this.#timeline = timeline;
    this.#head = head;
    this.#now = now;
    this.#release = release;
    this.#isBusy = isBusy;
    this.#replay = new Replay({ url, stream, history, gaps, onJoined: () => timeline.goLive(), onState: redraw });
    this.#scrub = new Scrub({
      overview: (stretch, points) => overviewOf(history, leading(), stretch, points),
      toggle: () => this.toggle(),
      seek: (ts) => this.seek(ts),
      step: (by) => this.step(by),
      speed: (speed) => this.play(speed),
      leave: () => this.leave(),
    });
  }

  /** @returns {{from: number, to: number, at: number, speed: number} | null} what is replayed, and where it stands */
  get place() {
    return this.#stretch && { ...this.#stretch, at: this.#replay.edge(), speed: this.#replay.speed };
  }

  /** @returns {boolean} */
  get isPlaying() {
    return this.#replay.isPlaying;
  }

  /** @returns {string} how it goes, for who can't see it */
  get words() {
    const { isPlaying, speed } = this.#replay;
    if (isPlaying) return _("plays at {speed} ×", { speed });
    return _("stands at {moment}", { moment: momentWords(this.#replay.edge(), this.#now()) });
  }

  /** @returns {number[]} the `t` of the ticks that were played, in order, the last 20,000 */
  get seen() {
    return this.#replay.seen;
  }

  /** Plays what is shown, or shows all of it again. */
  turn() {
    if (this.#stretch) this.leave();
    else this.start(this.#timeline.range(this.#now()));
  }

  /**
   * @param {Stretch} stretch
   * @param {object} [from]
   * @param {number} [from.at]  where it begins, UNIX seconds
   * @param {number} [from.speed]
   * @param {boolean} [from.isPaused]
   */
  start(stretch, { at = stretch.from, speed = 1, isPaused = false } = {}) {
    this.#stretch = stretch;
    this.#isOpen = stretch.to >= this.#now() - OPEN_S;
    this.#release();
    this.#head.turn(this.#replay);
    this.#replay.seek(at);
    this.#timeline.replay(this.#edge, Math.min(this.#timeline.preset, stretch.to - stretch.from));
    this.#scrub.show(stretch, this.#now());
    this.#replay.speed = speed;
    if (!isPaused) this.play();
  }

  /** Ends it, and shows the stretch as a whole. */
  leave() {
    if (this.#stretch) this.#timeline.show(this.#stretch.from, this.#stretch.to, this.#now());
  }

  /** To be called after each change of the timeline: who moves elsewhere has left the replay. */
  moved() {
    if (this.#stretch === null || this.#timeline.held === "replay") return;
    this.#stretch = this.#sought = null;
    this.#replay.close();
    this.#release();
    this.#head.turn();
    this.#scrub.hide();
  }

  toggle() {
    if (this.#replay.isPlaying) this.#replay.pause();
    else this.play();
  }

  /** @param {number} [speed]  absent: as before */
  play(speed) {
    this.#pace.restart();
    if (!this.#isOpen && this.#replay.edge() >= this.#stretch.to) this.#replay.seek(this.#stretch.from);
    this.#replay.play(speed);
  }

  /** @param {number} ts  UNIX seconds; while cards still read, the last one counts */
  seek(ts) {
    this.#pace.restart();
    this.#sought = ts;
    this.#go();
  }

  /** @param {1 | -1} by  ticks */
  async step(by) {
    if (this.#stretch === null) return;
    try {
      const isThere = await this.#replay.step(by);
      if (!isThere) this.#scrub.tell(by > 0 ? _("That is the newest tick.") : _("That is the oldest tick that is kept."));
    } catch (error) {
      this.#scrub.tell(_("Not read: {why}.", { why: error.message }));
    }
  }

  /** Writes where it stands. */
  draw() {
    if (this.#stretch === null) return;
    this.#go();
    const { isPlaying, speed, status } = this.#replay;
    const at = this.#replay.edge();
    if (isPlaying && !this.#isOpen && at >= this.#stretch.to) this.#replay.pause();
    if (isPlaying) this.#pace.take(at, speed);
    const slower = isPlaying && this.#pace.isSlow ? this.#pace.measured : null;
    this.#scrub.draw({ at: this.#sought ?? at, isPlaying, speed, slower, status });
  }

  #edge = () => Math.max(0, this.#replay.edge());

  #go() {
    if (this.#sought === null || this.#isBusy()) return;
    const ts = this.#sought;
    this.#sought = null;
    this.#replay.seek(ts);
  }
}

async function overviewOf(history, field, stretch, points) {
  if (!field) return null;
  const { columns } = await history.series([field.path], stretch, points);
  return { label: field.label, column: columns.get(field.path) };
}
