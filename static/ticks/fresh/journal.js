const KEPT = 200;
const SAVE_REST_MS = 1000;

/** The newest 200 entries of a list, the newest first, kept in a storage. */
export class Journal {
  #key;
  #storage;
  #steady;
  #savedAt = -Infinity;

  /** Grows with every change. */
  version = 0;

  /**
   * @param {string} key  under which it is kept
   * @param {Storage | null} storage
   * @param {() => number} steady  milliseconds of a clock that does not go back
   */
  constructor(key, storage, steady) {
    this.#key = key;
    this.#storage = storage;
    this.#steady = steady;
    this.entries = this.#load();
  }

  /** @param {object} entry @param {number} [place]  how many stay before it */
  add(entry, place = 0) {
    this.entries.splice(place, 0, entry);
    this.entries.length = Math.min(this.entries.length, KEPT);
    this.version += 1;
  }

  /** @param {object} entry  one of those in it @param {object} change  what is different now */
  change(entry, change) {
    Object.assign(entry, change);
    this.version += 1;
  }

  /** At most once a second, for what may happen a thousand times a second: the rest is kept with the next `save`. */
  saveSoon() {
    if (this.#steady() - this.#savedAt > SAVE_REST_MS) this.save();
  }

  save() {
    this.#savedAt = this.#steady();
    try {
      this.#storage.setItem(this.#key, JSON.stringify(this.entries));
    } catch {
      // Full, or forbidden: it is kept as long as the page lives.
    }
  }

  #load() {
    try {
      const kept = JSON.parse(this.#storage.getItem(this.#key));
      return Array.isArray(kept) ? kept.filter(Boolean).slice(0, KEPT) : [];
    } catch {
      return [];
    }
  }
}

/** @returns {Storage | null} what a tab has of its own; a browser may forbid it */
export function ofThisTab() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
