import { later } from "../../look/later.js";
import { styled } from "../../look/styled.js";

/** What leads to the drawer of fields: the program for it is had when somebody wants it. */
export class DrawerDoor {
  #choice;
  /** @type {import("./drawer.js").Drawer | null} */
  #drawer = null;
  #loading = null;
  /** @type {import("./drawer.js").Listed[]} */
  #fields = [];

  /** @param {import("./choice.js").Choice} choice */
  constructor(choice) {
    this.#choice = choice;
    const button = document.getElementById("fields");
    // Once it is there, the drawer hears the click itself.
    button.addEventListener("click", () => this.#drawer ?? this.toggle());
    button.disabled = false;
  }

  /** @returns {boolean} */
  get isOpen() {
    return this.#drawer?.isOpen ?? false;
  }

  /** Opens it, with the focus in it, or closes it. */
  async toggle() {
    this.#loading ??= this.#load();
    await this.#loading;
    this.#drawer.toggle();
  }

  /** @param {import("./drawer.js").Listed[]} fields  all that are known, in the order of the ticks */
  update(fields) {
    this.#fields = fields;
    this.#drawer?.update(fields);
  }

  /** @param {(path: string) => unknown} valueOf  see `Drawer` */
  values(valueOf) {
    this.#drawer?.values(valueOf);
  }

  async #load() {
    const [{ Drawer }] = await later(() => Promise.all([import("./drawer.js"), styled("drawer")]));
    this.#drawer = new Drawer(this.#choice);
    this.#drawer.update(this.#fields);
  }
}
