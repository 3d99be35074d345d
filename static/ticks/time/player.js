import { _ } from "../i18n.js";
import { setText } from "../look/dom.js";
import { decimal, number, scaleFor } from "../look/units.js";

const REST_MS = 500;
/** While nothing else moves. */
const CALM_REST_MS = 10_000;
const MANY = 1e4;

/** The one button that holds what is shown, or goes to live again, and how much came meanwhile. */
export class Player {
  #timeline;
  #button = document.getElementById("pause");
  #word = document.getElementById("pause-word");
  #news = document.getElementById("news");
  #isLive = null;
  #writtenAt = -Infinity;

  /** Ticks that came since it is held, as told last. */
  news = 0;

  /**
   * @param {import("./timeline.js").Timeline} timeline
   * @param {object} options
   * @param {() => number} options.now  the server's time, UNIX seconds
   */
  constructor(timeline, { now }) {
    this.#timeline = timeline;
    this.#button.addEventListener("click", () => (timeline.isLive ? timeline.pause(now()) : timeline.goLive()));
  }

  /** Call it after each change of the timeline, and now and then while it is held. @param {boolean} [isStill]  nothing moves */
  draw(isStill = !this.#timeline.isMoving) {
    const { isLive } = this.#timeline;
    if (isLive !== this.#isLive) this.#turn(isLive);
    if (performance.now() - this.#writtenAt < (isStill ? CALM_REST_MS : REST_MS)) return;
    this.#writtenAt = performance.now();
    this.news = isLive ? 0 : this.#timeline.news;
    setText(this.#news, isLive ? "" : _("{count} new", { count: count(this.news) }));
  }

  #turn(isLive) {
    this.#isLive = isLive;
    this.#writtenAt = -Infinity;
    this.#button.setAttribute("aria-pressed", String(!isLive));
    this.#button.setAttribute("aria-keyshortcuts", isLive ? "Space" : "Space L");
    this.#button.title = isLive ? _("Hold what is shown (Space)") : _("Follow the newest ticks again (Space or L)");
    setText(this.#word, isLive ? _("Pause") : _("Go to live"));
  }
}

/** To the last one while there are few, and never wider than its place. */
function count(ticks) {
  const scale = scaleFor("", ticks);
  return ticks < MANY ? decimal(ticks, 0) : `${number(ticks, scale)} ${scale.suffix}`;
}
