import { _ } from "../i18n.js";
import { actsOf, nameOf } from "../time/keys.js";

const FAR = 10;
const MAP = ".map-frame";

/** What keys do on a map that has the focus. @type {import("../time/keys.js").Row[]} */
export const MAP_KEYS = [
  { keys: ["←", "→"], does: _("the object before, the next one"), acts: (one) => [() => one.go(-1), () => one.go(1)] },
  {
    keys: ["Shift+←", "Shift+→"],
    does: _("where one is chosen: ten back, ten on"),
    acts: (one) => [() => one.go(-FAR), () => one.go(FAR)],
  },
  {
    keys: ["Home", "End"],
    does: _("the first object, the last one"),
    acts: (one) => [() => one.go(-Infinity), () => one.go(Infinity)],
  },
  { keys: ["Esc"], does: _("choose none"), acts: (one) => [() => one.leave()] },
];

/** The objects of a map by keys: what the pointer shows of one is shown, and said. */
export class AgentReading {
  #voice;
  #acts = actsOf(MAP_KEYS, this);
  /** @type {import("../board/map/agentmap.js").AgentMap | null} */
  #map = null;

  /** @param {import("./voice.js").Voice} voice */
  constructor(voice) {
    this.#voice = voice;
    // Before the keys that act anywhere on the page.
    document.addEventListener("keydown", (event) => this.#pressed(event), { capture: true });
    document.addEventListener("focusout", ({ target }) => this.#map?.root.contains(target) && this.leave());
    // What the pointer chooses stays with it.
    document.addEventListener("pointermove", ({ target }) => target.closest?.(MAP) && (this.#map = null));
  }

  /** @param {number} by  objects on, or back where negative */
  go(by) {
    this.#voice.say(this.#map.go(by) || _("There is nothing on this map."));
  }

  leave() {
    this.#map.drop();
    this.#map = null;
  }

  #pressed(event) {
    const place = event.target.closest?.(MAP);
    const name = nameOf(event);
    if (!place || !this.#acts.has(name)) return;
    const map = place.closest(".card").place.card.view;
    // Where none is chosen, these are what they are everywhere.
    if (!map.isChosen && (name.startsWith("Shift+") || name === "Esc")) return;
    this.#map = map;
    event.preventDefault();
    this.#acts.get(name)(event.repeat, event.repeat);
  }
}
