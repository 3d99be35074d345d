import { element, setText } from "../look/dom.js";

const REST_MS = 700;

/** Says what the cursor is at, politely: of many things in a row the first and the last one. */
export class Voice {
  #place = element("p", { className: "unseen", id: "cursor-spoken" });
  #timer = 0;
  #text = "";

  constructor() {
    this.#place.setAttribute("role", "status");
    this.#place.setAttribute("aria-live", "polite");
    document.body.append(this.#place);
  }

  /** @param {string} text */
  say(text) {
    this.#text = text;
    const isResting = this.#timer === 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#rest(), REST_MS);
    if (isResting) setText(this.#place, text);
  }

  #rest() {
    this.#timer = 0;
    setText(this.#place, this.#text);
  }
}
