import { _ } from "../i18n.js";
import { setText } from "../look/dom.js";

/** The space bar presses these themselves. */
const PRESSED = 'input, select, textarea, a, button, summary, [role="button"]';

/** The button, and the space bar, that hold a list of streams as it is. */
export class Hold {
  #button = document.getElementById("hold");
  #pulse;
  #turned;

  /** @param {import("./pulse.js").Pulse} pulse @param {(isHeld: boolean) => void} turned  called when it was held or goes on */
  constructor(pulse, turned) {
    this.#pulse = pulse;
    this.#turned = turned;
    this.#button.disabled = false;
    this.#button.addEventListener("click", () => this.turn());
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  turn() {
    const isHeld = !this.#pulse.isHeld;
    if (isHeld) this.#pulse.hold();
    else this.#pulse.goOn();
    this.#button.setAttribute("aria-pressed", String(isHeld));
    setText(this.#button, isHeld ? _("Go on") : _("Pause"));
    this.#turned(isHeld);
  }

  #pressed(event) {
    const { key, ctrlKey, altKey, metaKey, repeat, target, defaultPrevented } = event;
    if (key !== " " || ctrlKey || altKey || metaKey || defaultPrevented || target.closest?.(PRESSED)) return;
    event.preventDefault();
    if (!repeat) this.turn();
  }
}
