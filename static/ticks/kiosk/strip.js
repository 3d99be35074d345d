import { STATES } from "../fresh/health.js";
import { reasonWords } from "../fresh/words.js";
import { _, locale } from "../i18n.js";
import { setText } from "../look/dom.js";
import { setIcon } from "../look/favicon.js";
import { duration } from "../look/units.js";

const byId = (id) => document.getElementById(id);

/** The line on top of the wall: how fresh it is and why not, and what time it is. */
export class Strip {
  #stream;
  #state = "";
  #time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  #parts = {
    shape: byId("state-shape"),
    word: byId("state-word"),
    age: byId("age"),
    why: byId("why"),
    clock: byId("clock"),
    spoken: byId("spoken"),
  };

  /** @param {string} stream  its name */
  constructor(stream) {
    this.#stream = stream;
  }

  /**
   * @param {object} facts
   * @param {keyof typeof STATES} facts.state
   * @param {number} facts.ageS  age of the newest tick by the server's clock, seconds; NaN when there is none
   * @param {number} facts.now  the server's time, UNIX seconds
   * @param {import("../feed.js").FeedStatus} facts.link
   */
  show({ state, ageS, now, link }) {
    setText(this.#parts.age, Number.isFinite(ageS) ? _("{age} ago", { age: duration(ageS) }) : "");
    setText(this.#parts.clock, this.#time.format(now * 1000));
    setText(this.#parts.why, state === "offline" ? _("{reason}; it goes on by itself", { reason: reasonWords(link.reason) }) : "");
    if (state !== this.#state) this.#enter(state);
  }

  /** @param {string} why  for people */
  end(why) {
    setText(this.#parts.spoken, `${this.#stream}: ${why}`);
    document.title = `${why} · Tick Monitor`;
    setIcon("offline");
  }

  #enter(state) {
    const { shape, word } = STATES[state];
    this.#state = state;
    document.documentElement.dataset.state = state;
    setText(this.#parts.shape, shape);
    setText(this.#parts.word, word);
    setText(this.#parts.spoken, `${this.#stream}: ${word}`);
    document.title = `${shape} ${word} · ${this.#stream} · Tick Monitor`;
    setIcon(state);
  }
}
