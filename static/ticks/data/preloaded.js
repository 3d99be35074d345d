/** So long, milliseconds, what was read for the first picture is as good as what would be read anew. */
const FRESH_MS = 3000;

/**
 * The ticks of the page's first window, for which the browser asked before the page's program was there.
 *
 * @typedef {{url: string, from: number, paths: string[]}} First  all ticks since `from`, UNIX seconds, with these paths
 */
export class Preloaded {
  #first;
  #page;
  #until = performance.now() + FRESH_MS;

  /**
   * @param {First | null} first  null: there is nothing of the kind
   * @param {(url: URL) => Promise<object>} ask
   */
  constructor(first, ask) {
    this.#first = first;
    this.#page = first && ask(new URL(first.url, location.href)).catch(() => null);
  }

  /**
   * @param {string[]} paths
   * @param {number} from  UNIX seconds
   * @returns {Promise<{ticks: object[], through: import("../feed/chain.js").Cursor} | null> | null} null: it is to be asked for
   */
  ticks(paths, from) {
    const has = this.#first !== null && from >= this.#first.from && paths.every((path) => this.#first.paths.includes(path));
    return has && performance.now() < this.#until ? this.#since(from) : null;
  }

  async #since(from) {
    const page = await this.#page;
    if (page === null || page.next !== null || page.epoch === null) return null;
    return { ticks: page.ticks.filter(({ ts }) => ts >= from), through: { epoch: page.epoch, t: page.next_t } };
  }
}
