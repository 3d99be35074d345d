import { _ } from "../i18n.js";
import { element, setText } from "../look/dom.js";
import { duration, number, scaleFor } from "../look/units.js";

const BUSY_AFTER_MS = 250;
const PARTS = ["min", "mean", "max", "now"];

/**
 * What all cards have: a title with its unit, what stands at its right end, how old the newest tick with any of it is,
 * and in what state it is: loading, no data, not read.
 */
export class Frame {
  #title;
  #heading;
  #unit = element("span", { className: "unit" });
  #badge = element("span", { className: "badge" });
  #age = element("span", { className: "age" });
  #note = element("span", { className: "note" });
  #spread = element("span", { className: "spread" });
  #value = element("span", { className: "value" });
  #word = element("p", { className: "card-word", hidden: true });
  #trouble = element("span");
  #retry = element("button", { className: "button small", type: "button", textContent: _("Try again") });
  #strip;
  #busySince = null;

  /**
   * @param {string} title
   * @param {HTMLElement[]} content
   * @param {() => void} onRetry
   * @param {boolean} [hasTools]  there is more to be had of it, see share/cardmenu.js
   */
  constructor(title, content, onRetry, hasTools = false) {
    this.#retry.addEventListener("click", onRetry);
    this.#strip = element("p", { className: "card-trouble", hidden: true }, this.#trouble, this.#retry);
    this.#title = title;
    this.#heading = element("h3", { title }, element("span", { textContent: title }), this.#unit);
    const head = element("header", {}, this.#heading, this.#badge, this.#age, this.#note, this.#spread, this.#value);
    if (hasTools) head.append(toolsOf(title));
    const body = element("div", { className: "card-body" }, ...content, this.#word, this.#strip);
    this.root = element("section", { className: "card" }, head, body);
  }

  /** @param {string} text  behind the title */
  unit(text) {
    const behind = text && `, ${text}`;
    if (this.#unit.textContent === behind) return;
    setText(this.#unit, behind);
    this.#heading.title = this.#title + behind;
    this.#value.title = text;
  }

  /** @param {string} text  "1 pt = 4 s" @param {string} [title]  what that means */
  badge(text, title = "") {
    setText(this.#badge, text);
    this.#badge.title = title;
  }

  /** @param {string} text  what is told of the place of the cursor */
  note(text) {
    setText(this.#note, text);
  }

  /**
   * Of a card with one number.
   *
   * @param {{now: number, min: number, mean: number, max: number} | null} values  raw; NaN: none; null: no data at the cursor
   * @param {import("../data/panels.js").Panel} panel
   */
  value(values, { unit, digits }) {
    const scale = scaleFor(unit, Math.max(Math.abs(values?.max) || 0, Math.abs(values?.now) || 0), digits);
    const written = Object.fromEntries(PARTS.map((name) => [name, number(values?.[name] ?? NaN, scale)]));
    setText(this.#spread, values ? _("min {min} · mean {mean} · max {max}", written) : "");
    setText(this.#value, values && Number.isFinite(values.now) ? `${written.now} ${scale.suffix}`.trimEnd() : "–");
  }

  /** @param {number} ageS  since the newest tick with any of it; NaN: not known @param {boolean} isStale */
  age(ageS, isStale) {
    setText(this.#age, Number.isFinite(ageS) ? duration(ageS) : "");
    this.#age.title = Number.isFinite(ageS) ? _("the newest tick with this is {age} old", { age: duration(ageS) }) : "";
    this.root.classList.toggle("is-stale", isStale);
  }

  /** @param {import("../data/course.js").Course} course @param {string} word  over the content, where it has no data */
  course({ isLoading, kept, trouble, nextTry }, word) {
    this.#busySince = isLoading ? (this.#busySince ?? performance.now()) : null;
    const isSlow = isLoading && performance.now() - this.#busySince > BUSY_AFTER_MS;
    this.root.classList.toggle("is-loading", isSlow && kept !== null);
    this.root.setAttribute("aria-busy", String(isLoading));
    this.word(kept === null && isLoading ? _("loading …") : word);
    this.#strip.hidden = trouble === "";
    const leftS = Math.max(0, Math.ceil((nextTry - Date.now()) / 1000));
    const what = _("Not read: {why}.", { why: trouble });
    const next = isLoading ? _("Trying …") : _("Next try in {seconds} s.", { seconds: leftS });
    if (trouble) setText(this.#trouble, `${what} ${next}`);
  }

  /** @param {string} text  over the content; empty: nothing */
  word(text) {
    this.#word.hidden = text === "";
    setText(this.#word, text);
  }
}

function toolsOf(card) {
  const title = _("Picture, table, query");
  const button = element("button", { className: "card-tools", type: "button", textContent: "⋯", title });
  button.setAttribute("aria-label", _("More of {title}", { title: card }));
  button.setAttribute("aria-expanded", "false");
  return button;
}
