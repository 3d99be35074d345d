import { later } from "../look/later.js";
import { styled } from "../look/styled.js";

const NAMES = ["compare", "compare_stream"];
const byId = (id) => document.getElementById(id);

/** What leads to comparing: the program for it is had when somebody wants it. */
export class CompareDoor {
  #page;
  /** @type {import("./comparing.js").Comparing | null} */
  #comparing = null;
  #loading = null;
  #asked;
  #from;

  /**
   * @param {ConstructorParameters<typeof import("./comparing.js").Comparing>[0]} page
   * @param {number} from  where what is shown begins, UNIX seconds
   */
  constructor(page, from) {
    this.#page = page;
    this.#from = from;
    const query = new URLSearchParams(location.search);
    this.#asked = Object.fromEntries(NAMES.filter((name) => query.has(name)).map((name) => [name, query.get(name)]));
    const turn = byId("compare-turn");
    turn.disabled = false;
    // Once it is there, its panel hears the click itself.
    turn.addEventListener("click", () => this.#comparing ?? this.#open().then(() => turn.click()));
    byId("time-compare").addEventListener("click", () => {
      byId("time-panel").hidePopover();
      turn.scrollIntoView({ block: "center" });
      turn.click();
    });
    if (Object.keys(this.#asked).length > 0) this.#open();
  }

  /** @returns {Record<string, string>} what is compared, as an address has it */
  get written() {
    return this.#comparing ? this.#comparing.written : this.#asked;
  }

  /** @returns {{api: string, range: {from: number, to: number}, words: string} | null} what is laid over what is shown */
  get shown() {
    return this.#comparing?.shown ?? null;
  }

  draw() {
    this.#comparing?.draw();
  }

  #open() {
    this.#loading ??= later(() => Promise.all([import("./comparing.js"), styled("compare")])).then(([{ Comparing }]) => {
      this.#comparing = new Comparing(this.#page);
      this.#comparing.begin(this.#asked, this.#from);
    });
    return this.#loading;
  }
}
