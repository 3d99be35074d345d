import { Hues } from "../hues.js";

const MOST = 1000;
const TRAIL = 20;
const TRAIL_BUDGET = 6000;
const NAME_KEYS = ["name", "id", "label"];
const LONGEST_NAME = 40;

/**
 * One object with a place, and the places where it was shown before.
 *
 * @typedef {object} Agent
 * @property {string} key
 * @property {string} name
 * @property {string} hue  name for color()
 * @property {object} item
 * @property {number} x
 * @property {number} y
 * @property {number[]} trail  x and y by turns, oldest first, the present place last
 * @property {number} side  of its name: 1 right, -1 left
 */

/** The objects on a map, known again by their names. */
export class Crowd {
  #hues = new Hues();
  #known = new Map();

  /** @type {Agent[]} */
  agents = [];
  /** How many objects had a place, those beyond the most included. */
  count = 0;

  /** @param {unknown} items @returns {boolean} whether they can be put on a map */
  static fits(items) {
    return Array.isArray(items) && items.some(isPlaced) && items.slice(0, TRAIL).every(isPlaced);
  }

  /** @param {object[]} items */
  take(items) {
    const present = new Map();
    const length = 2 * Math.max(2, Math.min(TRAIL, Math.floor(TRAIL_BUDGET / Math.max(1, items.length))));
    this.count = 0;
    items.forEach((item, i) => {
      if (!isPlaced(item)) return;
      this.count += 1;
      if (present.size === MOST) return;
      const name = nameOf(item, i);
      const key = present.has(name) ? `${name}\n${i}` : name;
      const agent = this.#known.get(key) ?? { key, name, hue: this.#hues.of(name), trail: [], side: 1 };
      present.set(key, move(agent, item, length));
    });
    this.#known = present;
    this.agents = [...present.values()];
  }

  /** @param {string | null} key @returns {Agent | null} */
  find(key) {
    return this.#known.get(key) ?? null;
  }
}

function isPlaced(item) {
  return Number.isFinite(item?.x) && Number.isFinite(item?.y);
}

function nameOf(item, index) {
  const key = NAME_KEYS.find((wanted) => ["string", "number"].includes(typeof item[wanted]) && item[wanted] !== "");
  return key === undefined ? String(index) : String(item[key]).slice(0, LONGEST_NAME);
}

function move(agent, item, length) {
  const { x, y } = item;
  const { trail } = agent;
  if (agent.x !== x || agent.y !== y) trail.push(x, y);
  if (trail.length > length) trail.splice(0, trail.length - length);
  return Object.assign(agent, { item, x, y });
}
