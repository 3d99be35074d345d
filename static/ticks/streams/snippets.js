import { _ } from "../i18n.js";
import { copy } from "../look/copy.js";
import { element, setText } from "../look/dom.js";

const COPIED_MS = 2000;

/** Programs to be copied, which name this server as its visitor sees it, and the stream that is chosen. */
export class Snippets {
  #root;
  #spoken;

  /** @param {HTMLElement} root @param {HTMLElement} spoken  what is read out */
  constructor(root, spoken) {
    this.#root = root;
    this.#spoken = spoken;
    // A proxy may hide from the server by which name, and whether over TLS, it was asked.
    const { host, origin, protocol } = location;
    this.#fill("site", origin);
    this.#fill("socket", `${protocol === "https:" ? "wss" : "ws"}://${host}`);
    const choice = root.querySelector("select");
    choice?.addEventListener("change", () => this.#fill("stream", choice.value));
    if (choice) this.#fill("stream", choice.value);
    for (const one of root.querySelectorAll(".snippet")) this.#offer(one);
  }

  #fill(part, text) {
    for (const place of this.#root.querySelectorAll(`[data-part="${part}"]`)) setText(place, text);
  }

  #offer(one) {
    const name = one.querySelector("h3").textContent;
    const button = element("button", { type: "button", className: "button", textContent: _("Copy") });
    button.setAttribute("aria-label", _("Copy the program for {name}", { name }));
    let timer = null;
    button.addEventListener("click", async () => {
      const is = await copy(one.querySelector("pre"));
      setText(button, is ? _("Copied") : _("Selected"));
      const selected = _("{name} is selected: copy it by Ctrl+C or ⌘C", { name });
      setText(this.#spoken, is ? _("Copied: {name}", { name }) : selected);
      clearTimeout(timer);
      timer = setTimeout(() => {
        setText(button, _("Copy"));
        setText(this.#spoken, "");
      }, COPIED_MS);
    });
    one.querySelector("h3").after(button);
  }
}
