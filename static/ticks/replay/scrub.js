import { _ } from "../i18n.js";
import { onTheme } from "../look/colors.js";
import { setText } from "../look/dom.js";
import { decimal } from "../look/units.js";
import { exactTime } from "../look/axes.js";
import { reasonWords } from "../fresh/words.js";
import { momentWords } from "../time/words.js";
import { overview } from "./overview.js";

const POINTS = 300;
const byId = (id) => document.getElementById(id);

/** The bar below the top bar: play, step, speed, and where in the stretch the replay stands, over a small picture of it. */
export class Scrub {
  #acts;
  #parts = {
    root: byId("replay"),
    play: byId("replay-play"),
    word: byId("replay-play-word"),
    speed: byId("replay-speed"),
    at: byId("replay-at"),
    picture: byId("replay-picture"),
    moment: byId("replay-moment"),
    from: byId("replay-from"),
    to: byId("replay-to"),
    note: byId("replay-note"),
  };
  #stretch = null;
  #column = null;
  #told = "";
  #isHeld = false;

  /**
   * @param {object} acts
   * @param {(stretch: import("./replaying.js").Stretch, points: number) => Promise<{label: string, column: object} | null>} acts.overview
   * @param {() => void} acts.toggle  play or pause
   * @param {(ts: number) => void} acts.seek  UNIX seconds
   * @param {(by: 1 | -1) => void} acts.step  ticks
   * @param {(speed: number) => void} acts.speed
   * @param {() => void} acts.leave
   */
  constructor(acts) {
    this.#acts = acts;
    const { play, speed, at, picture } = this.#parts;
    play.addEventListener("click", acts.toggle);
    byId("replay-back").addEventListener("click", () => acts.step(-1));
    byId("replay-next").addEventListener("click", () => acts.step(1));
    byId("replay-leave").addEventListener("click", acts.leave);
    speed.addEventListener("change", () => acts.speed(Number(speed.value)));
    at.addEventListener("input", () => acts.seek(this.#momentOf(Number(at.value))));
    for (const name of ["pointerdown", "pointerup", "pointercancel"]) {
      at.addEventListener(name, () => (this.#isHeld = name === "pointerdown"));
    }
    const redraw = () => this.#paint(this.#partOf(this.#momentOf(Number(at.value))));
    new ResizeObserver(redraw).observe(picture);
    onTheme(redraw);
  }

  /** @param {import("./replaying.js").Stretch} stretch @param {number} now  the server's time, UNIX seconds */
  show(stretch, now) {
    this.#stretch = stretch;
    this.#column = null;
    this.#parts.root.hidden = false;
    setText(this.#parts.from, momentWords(stretch.from, now));
    setText(this.#parts.to, momentWords(stretch.to, now));
    this.tell("");
    this.#parts.play.focus();
    this.#read(stretch);
  }

  hide() {
    const hadFocus = this.#parts.root.contains(document.activeElement);
    this.#stretch = null;
    this.#parts.root.hidden = true;
    if (hadFocus) byId("replay-turn").focus();
  }

  /** @param {string} text  what could not be done; it stays until something else was */
  tell(text) {
    this.#told = text;
    setText(this.#parts.note, text);
  }

  /**
   * @param {object} standing
   * @param {number} standing.at  UNIX seconds
   * @param {boolean} standing.isPlaying
   * @param {number} standing.speed
   * @param {number | null} standing.slower  how fast it really is, where it is slower than it should be
   * @param {import("../feed.js").FeedStatus | null} standing.status  of its connection
   */
  draw({ at, isPlaying, speed, slower, status }) {
    const { play, word, speed: choice, at: slider, moment, note } = this.#parts;
    setText(word, isPlaying ? _("Pause") : _("Play"));
    play.setAttribute("aria-pressed", String(isPlaying));
    if (Number(choice.value) !== speed) choice.value = String(speed);
    const part = this.#partOf(at);
    if (!this.#isHeld) slider.value = String(part);
    const text = exactTime(at);
    slider.setAttribute("aria-valuetext", text);
    setText(moment, text);
    if (isPlaying) this.#told = "";
    // How fast it is changes all the time: that is to be seen, not to be said.
    note.setAttribute("aria-live", this.#told || trouble(isPlaying, status) ? "polite" : "off");
    setText(note, this.#told || trouble(isPlaying, status) || lag(slower));
    this.#paint(part);
  }

  async #read(stretch) {
    const found = await this.#acts.overview(stretch, POINTS).catch(() => null);
    if (stretch !== this.#stretch) return;
    this.#column = found?.column ?? null;
    this.#parts.picture.title = found ? found.label : "";
    this.#paint(Number(this.#parts.at.value));
  }

  #paint(part) {
    overview(this.#parts.picture, this.#column, part);
  }

  #momentOf(part) {
    const { from, to } = this.#stretch ?? { from: 0, to: 1 };
    return from + part * (to - from);
  }

  #partOf(at) {
    const { from, to } = this.#stretch ?? { from: 0, to: 1 };
    return Math.min(Math.max((at - from) / (to - from), 0), 1);
  }
}

function trouble(isPlaying, status) {
  if (!isPlaying || status === null || status.state === "live" || status.state === "connecting") return "";
  return _("No connection: {why}.", { why: reasonWords(status.reason) || _("the connection was lost") });
}

function lag(slower) {
  if (slower === null) return "";
  return _("Plays at {speed} ×: more is not possible here.", { speed: decimal(slower, slower < 10 ? 1 : 0) });
}
