import { _ } from "../i18n.js";
import { setText } from "../look/dom.js";

const SETTLED_MS = 600;

/** Says how the page stands, politely, when that has changed and then stayed for a moment; and not what was there at first. */
export class Speech {
  #place;
  #stream;
  #facts = null;
  #said = null;
  #timer = 0;

  /** @param {HTMLElement} place  a live region @param {string} stream  its name */
  constructor(place, stream) {
    this.#place = place;
    this.#stream = stream;
  }

  /**
   * @param {object} facts
   * @param {string} facts.state
   * @param {string} facts.words  the state's
   * @param {string} facts.shown  which part of the stream is shown
   */
  tell(facts) {
    this.#said ??= facts;
    const isSame = facts.state === this.#facts?.state && facts.shown === this.#facts.shown;
    this.#facts = facts;
    if (isSame) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say(), SETTLED_MS);
  }

  #say() {
    const [before, { state, words, shown }] = [this.#said, this.#facts];
    this.#said = this.#facts;
    const news = [state !== before.state && words, shown !== before.shown && shown].filter(Boolean);
    if (news.length > 0) setText(this.#place, _("{stream}: {word}", { stream: this.#stream, word: news.join(", ") }));
  }
}
