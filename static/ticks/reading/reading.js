import { _ } from "../i18n.js";
import { element } from "../look/dom.js";
import { actsOf, nameOf } from "../time/keys.js";
import { momentWords } from "../time/words.js";
import { stopAt, stopsOf } from "./stops.js";
import { wordsAt } from "./words.js";

const FAR = 10;
const READABLE = ".plot, .state-rows";

/** What keys do on a chart that has the focus. @type {import("../time/keys.js").Row[]} */
export const CHART_KEYS = [
  { keys: ["←", "→"], does: _("the cursor one point back, one point on"), acts: (one) => [() => one.go(-1), () => one.go(1)] },
  {
    keys: ["Shift+←", "Shift+→"],
    does: _("where the cursor is placed: ten points back, ten points on"),
    acts: (one) => [() => one.go(-FAR), () => one.go(FAR)],
  },
  {
    keys: ["Home", "End"],
    does: _("the cursor to the first point, to the last point"),
    acts: (one) => [() => one.go(-Infinity), () => one.go(Infinity)],
  },
  {
    keys: ["Enter"],
    does: _("begin a stretch at the cursor; again: show it"),
    acts: (one) => [(goesOn, isRepeat) => isRepeat || one.mark()],
  },
  { keys: ["Esc"], does: _("give up the stretch, then the cursor"), acts: (one) => [() => one.giveUp()] },
];

/** The cursor of the charts by keys: it stays at its time, all charts show it, and what is there is said. */
export class Reading {
  #timeline;
  #now;
  #voice;
  #acts = actsOf(CHART_KEYS, this);
  #box = element("div", { className: "time-selection" });
  #card = null;
  /** Where the cursor is, UNIX seconds; null: nowhere. */
  #at = null;
  /** Where a stretch begins, UNIX seconds; null: none does. */
  #from = null;

  /**
   * @param {import("../time/timeline.js").Timeline} timeline
   * @param {() => number} now  the server's time, UNIX seconds
   * @param {import("./voice.js").Voice} voice
   */
  constructor(timeline, now, voice) {
    this.#timeline = timeline;
    this.#now = now;
    this.#voice = voice;
    // Before the keys that act anywhere on the page.
    document.addEventListener("keydown", (event) => this.#pressed(event), { capture: true });
    document.addEventListener("focusout", ({ target }) => this.#card?.root.contains(target) && this.#leave());
    // The pointer takes the cursor with it.
    document.addEventListener("pointermove", ({ target }) => target.closest?.(READABLE) && this.#drop());
  }

  /** To be called when the charts were drawn: they may have moved on below the cursor. */
  follow() {
    if (this.#at === null) return;
    const { from, to } = this.#timeline.range(this.#now());
    if (this.#at < from || this.#at > to) this.#leave();
    else this.#show();
  }

  /** @param {number} by  stops on, or back where negative */
  go(by) {
    const { x, gaps } = this.#card.sheet();
    const { from, to } = this.#timeline.range(this.#now());
    const stops = stopsOf(x, gaps, from, to);
    if (stops.length === 0) return this.#voice.say(_("There is nothing in this range."));
    this.#at = stopAt(stops, this.#at, by);
    this.#show();
    return this.#voice.say(this.#words());
  }

  mark() {
    if (this.#at === null) return;
    const [from, to] = [Math.min(this.#from, this.#at), Math.max(this.#from, this.#at)];
    if (this.#from === null) {
      this.#from = this.#at;
      this.#voice.say(_("A stretch begins at {time}. Go to its end, and press Enter.", { time: momentWords(this.#at, this.#now()) }));
    } else if (from < to) {
      this.#from = null;
      this.#timeline.show(from, to, this.#now());
    }
    this.#show();
  }

  giveUp() {
    if (this.#from === null) this.#leave();
    this.#from = null;
    this.#box.remove();
  }

  #pressed(event) {
    const place = event.target.closest?.(READABLE);
    const name = nameOf(event);
    // Nothing is drawn in it yet.
    if (!place || place.childElementCount === 0 || !this.#acts.has(name)) return;
    // Without a cursor, these are what they are everywhere.
    if (this.#at === null && (name.startsWith("Shift+") || name === "Esc")) return;
    this.#card = place.closest(".card").place.card;
    event.preventDefault();
    this.#acts.get(name)(event.repeat, event.repeat);
  }

  #words() {
    const card = this.#card;
    return card.wordsAt ? card.wordsAt(this.#at, this.#now()) : wordsAt(card.sheet(), this.#at, this.#now());
  }

  #show() {
    this.#card.point(this.#at);
    const ground = this.#card.root.querySelector(".u-over");
    if (this.#from === null || ground === null) return this.#box.remove();
    const [one, other] = [this.#from, this.#at].map((at) => this.#card.leftOf(at));
    this.#box.style.left = `${Math.min(one, other)}px`;
    this.#box.style.width = `${Math.abs(one - other)}px`;
    return ground.append(this.#box);
  }

  #leave() {
    if (this.#at !== null) this.#card.point(null);
    this.#drop();
  }

  #drop() {
    this.#at = this.#from = null;
    this.#box.remove();
  }
}
