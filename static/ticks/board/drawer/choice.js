import { _ } from "../../i18n.js";

/** As many as the server keeps of each list. */
const MOST = 500;

/**
 * How one user arranged one stream, as the API's `board` has it.
 *
 * @typedef {{pinned: string[], hidden: string[], order: string[]}} Arrangement  paths of fields
 */

/** Which fields are pinned, which are hidden, and in what order they stand. */
export class Choice {
  #pinned = [];
  #hidden = new Set();
  /** Only fields that were moved: all others stay where the ticks have them. */
  #order = [];
  #keeper;
  #listeners = [];
  #troubled = [];

  /**
   * @param {object} options
   * @param {Arrangement} options.given  what was kept before
   * @param {{save: (value: Arrangement) => void, onTrouble?: (text: string) => void}} [options.keeper]  see keepers.js
   */
  constructor({ given, keeper = { save() {} } }) {
    this.#keeper = keeper;
    keeper.onTrouble = (text) => this.#trouble(text);
    this.#pinned = [...given.pinned];
    this.#hidden = new Set(given.hidden);
    this.#order = [...given.order];
  }

  /** @returns {Arrangement} a copy */
  get value() {
    return { pinned: [...this.#pinned], hidden: [...this.#hidden], order: [...this.#order] };
  }

  /** @returns {boolean} whether nothing was ever chosen */
  get isEmpty() {
    return Object.values(this.value).every(({ length }) => length === 0);
  }

  /** @param {() => void} then  called after every change */
  onChange(then) {
    this.#listeners.push(then);
  }

  /** @param {(text: string) => void} then  called with why it can't be kept; with "" when it is kept again */
  onTrouble(then) {
    this.#troubled.push(then);
  }

  /** @param {string} path @returns {boolean} */
  isPinned(path) {
    return this.#pinned.includes(path);
  }

  /** @param {string} path @returns {boolean} */
  isHidden(path) {
    return this.#hidden.has(path);
  }

  /** @param {string} path @param {boolean} on  the newest stands last */
  pin(path, on) {
    if (on === this.isPinned(path)) return;
    if (on && this.#pinned.length >= MOST) {
      this.#trouble(_("At most {most} fields can be pinned.", { most: MOST }));
      return;
    }
    this.#pinned = on ? [...this.#pinned, path] : this.#pinned.filter((one) => one !== path);
    this.#changed();
  }

  /** @param {string} path @param {boolean} on */
  hide(path, on) {
    this.hideAll([path], on);
  }

  /** All of them, or none where they are too many. @param {string[]} paths @param {boolean} on */
  hideAll(paths, on) {
    const wanted = new Set(this.#hidden);
    for (const path of paths) {
      if (on) wanted.add(path);
      else wanted.delete(path);
    }
    if (wanted.size === this.#hidden.size) return;
    if (on && wanted.size > MOST) {
      this.#trouble(_("At most {most} fields can be hidden; these would be {count}.", { most: MOST, count: wanted.size }));
      return;
    }
    this.#hidden = wanted;
    this.#changed();
  }

  /**
   * Moves a field among those that stand with it.
   *
   * @param {string} path
   * @param {number} by  places: −1 is up
   * @param {string[]} siblings  as they stand at present: all pinned ones, or all of its group, also those out of sight
   */
  move(path, by, siblings) {
    const at = siblings.indexOf(path);
    const to = Math.min(Math.max(at + by, 0), siblings.length - 1);
    if (at === -1 || to === at) return;
    const moved = siblings.filter((one) => one !== path);
    moved.splice(to, 0, path);
    if (this.isPinned(path)) {
      this.#pinned = reordered(this.#pinned, moved);
    } else {
      const [first, last] = [Math.min(at, to), Math.max(at, to)];
      const ranked = new Set([...this.#order, ...siblings.slice(first, last + 1)]);
      const block = moved.filter((one) => ranked.has(one));
      const others = this.#order.filter((one) => !block.includes(one));
      // The oldest are forgotten first.
      this.#order = [...others, ...block].slice(-MOST);
    }
    this.#changed();
  }

  /**
   * Pinned ones first, in their own order; then all others: those that were moved take each other's places within their
   * group, and the rest stay where they are, also fields that come later.
   *
   * @template T
   * @param {T[]} items  in the order of the ticks
   * @param {(item: T) => string} pathOf
   * @returns {T[]}
   */
  sort(items, pathOf) {
    const place = new Map(this.#pinned.map((path, i) => [path, i]));
    const pinned = items.filter((item) => place.has(pathOf(item)));
    pinned.sort((one, other) => place.get(pathOf(one)) - place.get(pathOf(other)));
    const others = items.filter((item) => !place.has(pathOf(item)));
    return [...pinned, ...this.#ordered(others, pathOf)];
  }

  /** Everything as the ticks have it. */
  reset() {
    if (this.isEmpty) return;
    this.#pinned = [];
    this.#hidden = new Set();
    this.#order = [];
    this.#changed();
  }

  #ordered(items, pathOf) {
    const rank = new Map(this.#order.map((path, i) => [path, i]));
    const moved = new Map();
    for (const item of items) {
      const path = pathOf(item);
      if (rank.has(path)) moved.set(groupOf(path), [...(moved.get(groupOf(path)) ?? []), item]);
    }
    for (const group of moved.values()) group.sort((one, other) => rank.get(pathOf(one)) - rank.get(pathOf(other)));
    return items.map((item) => (rank.has(pathOf(item)) ? moved.get(groupOf(pathOf(item))).shift() : item));
  }

  #changed() {
    this.#keeper.save(this.value);
    for (const then of this.#listeners) then();
  }

  #trouble(text) {
    for (const then of this.#troubled) then(text);
  }
}

/** Those of `list` that are in `moved` in its order, each in a place that one of them had. */
function reordered(list, moved) {
  const known = moved.filter((path) => list.includes(path));
  return list.map((path) => (known.includes(path) ? null : path)).map((path) => path ?? known.shift());
}

function groupOf(path) {
  return path.includes(".") ? path.slice(0, path.indexOf(".")) : "";
}
