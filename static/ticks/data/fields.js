import { describe } from "./names.js";
import { isObject } from "./paths.js";

const MOST_FIELDS = 4000;
const DEEPEST = 8;
/** The API takes no longer path, and none with an empty part. */
const LONGEST_PATH = 400;
const LONGEST_TEXT = 64;
const CLOCKS = new Set(["t", "ts"]);

/**
 * One value that ticks of the stream have.
 *
 * @typedef {object} Field
 * @property {string} path  dotted, as the API names it
 * @property {string[]} keys  the way to it in a tick
 * @property {"number" | "boolean" | "text" | "objects"} kind  `objects`: an array of them
 * @property {string} group  its first key; empty for what stands at the top of the tick itself
 * @property {string} unit  as declared, or told from its name
 * @property {string} label  for people
 * @property {string} [pattern]  as it was declared, with "*" for any one key
 */

/** All fields that a stream is known to have, from its ticks and from what is stored. */
export class Fields {
  #declared;
  #found = new Map();
  #seen = new Set();
  #long = new Set();

  /** Grows with every field that is new, or is seen in a tick for the first time. @type {number} */
  version = 0;

  /** @param {Record<string, {unit?: string, label?: string}>} declared  by the source; "*" stands for any one key */
  constructor(declared) {
    this.#declared = declared;
  }

  /** @returns {Field[]} in the order in which they stand in the ticks; then those of former ones */
  get list() {
    const isSeen = ({ path }) => this.#seen.has(path);
    const all = [...this.#found.values()];
    return [...[...this.#seen].map((path) => this.#found.get(path)), ...all.filter((field) => !isSeen(field))];
  }

  /** @param {string} path @returns {Field | undefined} */
  get(path) {
    return this.#found.get(path);
  }

  /** @param {object} tick */
  learn(tick) {
    for (const key of Object.keys(tick)) if (!CLOCKS.has(key)) this.#walk([key], tick[key]);
  }

  /** @param {{path: string, type: string}[]} stored  what the API lists */
  learnStored(stored) {
    for (const { path, type } of stored) {
      this.#add(path.split("."), type === "length" ? "number" : type);
    }
  }

  #walk(keys, value) {
    if (typeof value === "number") this.#see(keys, "number");
    else if (typeof value === "boolean") this.#see(keys, "boolean");
    else if (typeof value === "string") this.#readText(keys, value);
    else if (keys.length >= DEEPEST) return;
    else if (Array.isArray(value)) this.#walkArray(keys, value);
    else if (isObject(value)) for (const key of Object.keys(value)) this.#walk([...keys, key], value[key]);
  }

  /** What is stored does not say how long a text is: the first long one does. */
  #readText(keys, value) {
    if (value.length <= LONGEST_TEXT) this.#see(keys, "text");
    else if (this.#found.get(keys.join("."))?.kind === "text") this.#forget(keys.join("."));
    else this.#long.add(keys.join("."));
  }

  #forget(path) {
    this.#long.add(path);
    this.#found.delete(path);
    this.#seen.delete(path);
    this.version += 1;
  }

  /** As the archive counts them: of numbers each is a field, of all else how many there are. */
  #walkArray(keys, items) {
    const first = items.find((item) => item !== null);
    if (typeof first === "number" || typeof first === "boolean") {
      items.forEach((item, i) => item !== null && this.#walk([...keys, String(i)], item));
      return;
    }
    this.#see([...keys, "length"], "number");
    if (isObject(first)) this.#see(keys, "objects");
  }

  #see(keys, kind) {
    this.#add(keys, kind);
    const path = keys.join(".");
    if (!this.#found.has(path) || this.#seen.has(path)) return;
    this.#seen.add(path);
    this.version += 1;
  }

  #add(keys, kind) {
    const path = keys.join(".");
    if (this.#found.has(path) || this.#found.size >= MOST_FIELDS || !isAskable(path)) return;
    if (kind === "text" && this.#long.has(path)) return;
    const group = keys.length > 1 || kind === "objects" ? keys[0] : "";
    this.#found.set(path, { path, keys, kind, group, ...describe(this.#declared, keys) });
    this.version += 1;
  }
}

function isAskable(path) {
  return path.length <= LONGEST_PATH && !path.split(".").includes("");
}
