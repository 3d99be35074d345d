import { _ } from "../i18n.js";
import { element, setText } from "../look/dom.js";
import { Popover } from "../look/popover.js";
import { localValue, zoneWords } from "../time/absolute.js";
import { BACKS, backWords } from "./words.js";

const byId = (id) => document.getElementById(id);

/** The panel in which it is chosen what the charts are compared with. */
export class ComparePanel {
  #page;
  #stream = byId("compare-stream");
  #from = byId("compare-from");
  #error = byId("compare-error");
  #backs;

  /**
   * @param {object} page
   * @param {string[]} page.streams  others that may be read
   * @param {() => {from: number, to: number}} page.range  that is shown, UNIX seconds
   * @param {() => {back: number | "span", stream?: string} | null} page.chosen
   * @param {(compared: {back: number | "span", stream?: string} | null) => void} page.choose
   */
  constructor(page) {
    this.#page = page;
    new Popover(byId("compare-turn"), byId("compare"), () => this.#fill());
    this.#backs = [0, ...BACKS].map((back) => ({ back, button: this.#button(back) }));
    byId("compare-backs").append(...this.#backs.map(({ button }) => button));
    const option = (name) => element("option", { value: name, textContent: name });
    this.#stream.append(...page.streams.map(option));
    byId("compare-streams").hidden = page.streams.length === 0;
    this.#stream.addEventListener("change", () => this.#turn());
    byId("compare-form").addEventListener("submit", (event) => this.#apply(event));
    byId("compare-off").addEventListener("click", () => this.#end());
  }

  #button(back) {
    const textContent = back === 0 ? _("the same time") : backWords(back);
    const button = element("button", { className: "button", type: "button", textContent });
    button.addEventListener("click", () => this.#choose(back));
    return button;
  }

  #fill() {
    const { range, chosen } = this.#page;
    const { from, to } = range();
    const back = chosen()?.back ?? 86400;
    this.#stream.value = chosen()?.stream ?? "";
    this.#from.value = localValue(from - (back === "span" ? to - from : back));
    setText(byId("compare-zone"), _("Times of {zone}", { zone: zoneWords() }));
    this.#tell("");
    this.#describe();
  }

  /** Another stream is chosen: at the time that was chosen before, or at the same. */
  #turn() {
    const back = this.#page.chosen()?.back ?? 0;
    if (this.#stream.value === "" && back === 0) this.#choose(null);
    else this.#choose(back);
  }

  #choose(back) {
    const stream = this.#stream.value;
    if (back === null) this.#stream.value = "";
    this.#page.choose(back === null ? null : { back, ...(stream && { stream }) });
    this.#tell("");
    this.#describe();
  }

  #end() {
    this.#choose(null);
    // The button can't be pressed any more, and would lose the focus.
    byId("compare").focus();
  }

  #apply(event) {
    event.preventDefault();
    const moment = new Date(this.#from.value).getTime() / 1000;
    const { from } = this.#page.range();
    if (Number.isNaN(moment)) return this.#tell(_("Give a date and a time."));
    // What is typed in has seconds: what is shown begins within one of them.
    const back = Math.round(from - moment);
    if (back === 0 && this.#stream.value === "") return this.#tell(_("That is the range that is shown."));
    return this.#choose(back);
  }

  #tell(fault) {
    setText(this.#error, fault);
    this.#from.setAttribute("aria-invalid", String(fault !== ""));
    if (fault) this.#from.focus();
  }

  #describe() {
    const chosen = this.#page.chosen();
    for (const { back, button } of this.#backs) {
      button.ariaPressed = String(chosen !== null && chosen.back === back);
      if (back === 0) button.disabled = this.#stream.value === "";
    }
    byId("compare-off").disabled = chosen === null;
  }
}
