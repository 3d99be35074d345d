import { _ } from "../../i18n.js";
import { decimal } from "../../look/units.js";

const DEEPEST = 4;
const LONGEST_TEXT = 200;
const WIDEST_CH = 24;
const NONE = "–";
const NUMBERED = /(^|_)(id|pid|ppid|tid|uid|gid|port|year)$/i;
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** @param {object} item @returns {{path: string[], value: unknown}[]} all that lies in it; an array is one value */
export function leaves(item) {
  const found = [];
  const walk = (value, path) => {
    if (isObject(value) && path.length < DEEPEST) for (const key of Object.keys(value)) walk(value[key], [...path, key]);
    else found.push({ path, value });
  };
  if (isObject(item)) walk(item, []);
  return found;
}

/** One field of the objects in an array, and how its values are written: always with as many decimals as any has had. */
export class Column {
  #path;
  #isCounted;
  #isNumbered;
  #digits = 0;
  #greatest = 0;

  /** @param {string[]} path @param {unknown} sample  a value of it */
  constructor(path, sample) {
    this.#path = path;
    this.#isCounted = Array.isArray(sample);
    this.#isNumbered = NUMBERED.test(path.at(-1));
    /** @type {boolean} its values stand to the right */
    this.isNumber = this.#isCounted || typeof sample === "number";
    /** @type {string} */
    this.name = this.#isCounted ? _("{name}, count", { name: path.join(".") }) : path.join(".");
    /** Room that the widest value so far has needed, characters. @type {number} */
    this.width = Math.min(WIDEST_CH, this.name.length + 2);
  }

  /** @param {object} item @returns {unknown} an array's length, nothing that is not the item's own */
  read(item) {
    let value = item;
    for (const key of this.#path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return Array.isArray(value) ? value.length : value;
  }

  /** @param {unknown} value  one that will be written: how many decimals does it take? */
  see(value) {
    if (typeof value !== "number" || !Number.isFinite(value) || this.#isNumbered) return;
    this.#greatest = Math.max(this.#greatest, Math.abs(value));
    const most = this.#greatest >= 1 ? 3 : 6;
    while (this.#digits < most && !isWhole(value * 10 ** this.#digits)) this.#digits += 1;
    this.#digits = Math.min(this.#digits, most);
  }

  /** @param {unknown} value @returns {string} */
  text(value) {
    const written = this.#written(value);
    if (written.length > this.width) this.width = Math.min(WIDEST_CH, written.length);
    return written;
  }

  #written(value) {
    if (typeof value === "number") return this.#isNumbered ? String(value) : decimal(value, this.#digits);
    if (typeof value === "string") return value.slice(0, LONGEST_TEXT);
    if (typeof value === "boolean") return String(value);
    return isObject(value) ? "{…}" : NONE;
  }
}

/** The fields found in the objects of an array, in the order in which they came up. */
export class Columns {
  #known = new Map();
  #most;

  /** @type {Column[]} */
  list = [];
  /** How many fields are left out. */
  more = 0;

  /** @param {number} most  columns */
  constructor(most) {
    this.#most = most;
  }

  /** @param {object[]} items @returns {boolean} whether there are new columns */
  learn(items) {
    const before = this.list.length;
    const others = new Set();
    for (const { path, value } of items.flatMap(leaves)) {
      const key = path.join("\n");
      if (this.#known.has(key) || value === null) continue;
      if (this.list.length < this.#most) {
        const column = new Column(path, value);
        this.#known.set(key, column);
        this.list.push(column);
      } else others.add(key);
    }
    this.more = Math.max(this.more, others.size);
    return this.list.length > before;
  }
}

function isWhole(value) {
  return Math.abs(value - Math.round(value)) <= 1e-9 * Math.max(1, Math.abs(value));
}
