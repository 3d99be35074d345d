import { _, locale } from "../i18n.js";
import { setText } from "../look/dom.js";
import { decimal } from "../look/units.js";

const EVERY_MS = 1000;
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** The bar that says that nothing new is known, why, and when it is tried again. */
export class Trouble {
  #root;
  #text;
  #tick;
  #timer = null;
  #trouble = null;

  /**
   * @param {HTMLElement} root
   * @param {object} actions
   * @param {() => void} actions.retry  ask at once
   * @param {() => void} actions.tick  called each second while there is trouble
   */
  constructor(root, { retry, tick }) {
    this.#root = root;
    this.#text = root.querySelector(".trouble-text");
    this.#tick = tick;
    root.querySelector("button").addEventListener("click", retry);
  }

  /** @param {import("./pulse.js").Trouble | null} trouble  null: all is well again */
  show(trouble) {
    this.#trouble = trouble;
    this.#root.hidden = trouble === null;
    this.#root.querySelector("a").hidden = trouble?.isSignedOut !== true;
    clearInterval(this.#timer);
    if (trouble === null) return;
    this.#timer = setInterval(() => this.#draw(), EVERY_MS);
    this.#draw();
  }

  /** There is no next try, until something is shown again. */
  stand() {
    clearInterval(this.#timer);
    if (this.#trouble === null) return;
    const { at, what } = this.#trouble;
    setText(this.#text, _("Since {time} {what}. It is not tried again while this page is paused.", { time: clock.format(at), what }));
  }

  #draw() {
    const { at, what, tries, nextAt } = this.#trouble;
    const inS = Math.max(0, Math.ceil((nextAt - Date.now()) / 1000));
    const next = inS > 0 ? _("next in {seconds} s", { seconds: decimal(inS, 0) }) : _("the next one is on its way");
    setText(this.#text, _("Since {time} {what}. Try {tries} failed, {next}.", { time: clock.format(at), what, tries: decimal(tries, 0), next }));
    this.#tick();
  }
}
