import { _ } from "../i18n.js";
import { element } from "../look/dom.js";

const KEPT = "tick-monitor-keys";
const OFF = "off";
const byId = (id) => document.getElementById(id);

/** The dialog that lists all keys, and can switch off those that act anywhere on the page. */
export class KeyList {
  #dialog = byId("keys");
  #button = byId("keys-turn");
  #areOn = remembered() !== OFF;

  /** @param {{title: string, rows: {keys: string[], does: string}[]}[]} groups */
  constructor(groups) {
    byId("keys-list").append(...groups.map(tableOf));
    byId("keys-close").addEventListener("click", () => this.#dialog.close());
    const choice = byId("keys-on");
    choice.checked = this.#areOn;
    choice.addEventListener("change", () => this.#turn(choice.checked));
    this.#button.addEventListener("click", () => this.open());
    this.#button.disabled = false;
    this.#turn(this.#areOn);
  }

  /** @returns {boolean} whether keys act anywhere on the page */
  get areOn() {
    return this.#areOn;
  }

  /** The focus comes back to where it was when the dialog closes. */
  open() {
    this.#dialog.showModal();
  }

  #turn(areOn) {
    this.#areOn = areOn;
    // Without the key, a screen that one touches needs the button as well.
    this.#button.classList.toggle("is-needed", !areOn);
    try {
      if (areOn) localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, OFF);
    } catch {
      // Storage may be forbidden; it then lasts as long as the page.
    }
  }
}

function tableOf({ title, rows }) {
  const heads = [_("Key"), _("Does")].map((textContent) => element("th", { scope: "col", textContent }));
  const caption = element("caption", { textContent: title });
  const body = element("tbody", {}, ...rows.map(rowOf));
  return element("table", {}, caption, element("thead", { className: "unseen" }, element("tr", {}, ...heads)), body);
}

function rowOf({ keys, does }) {
  const names = keys.flatMap((key) => [element("kbd", { textContent: key }), " "]);
  return element("tr", {}, element("th", { scope: "row" }, ...names), element("td", { textContent: does }));
}

function remembered() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
