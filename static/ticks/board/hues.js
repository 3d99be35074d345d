import { assign } from "../look/colors.js";

const APART = 8;

/** The colours of names in one picture: the first eight get different ones, the others those that follow from the name. */
export class Hues {
  #given = new Map();

  /** @param {string} name @returns {string} name for color(), the same whenever it is asked for */
  of(name) {
    const known = this.#given.get(name);
    if (known) return known;
    if (this.#given.size >= APART) return assign([{ name }])[0];
    const taken = [...this.#given.values()].map((hue) => ({ name: hue, color: Number(hue.split("-")[1]) }));
    const hue = assign([...taken, { name }]).at(-1);
    this.#given.set(name, hue);
    return hue;
  }
}
