import { later } from "../look/later.js";

const byId = (id) => document.getElementById(id);

/** What leads to comparing: the program for it is had when somebody wants it. */
export class CompareDoor {
  #page;
  /** @type {import("./comparing.js").Comparing | null} */
  #comparing = null;
  #loading = null;
  #asked;

  /**
   * @param {ConstructorParameters<typeof import("./comparing.js").Comparing>[0]} page
   * @param {import("./asked.js").Compared | undefined} asked  what the address asks for
   * @param {number} from  where what is shown begins, UNIX seconds
   */
  constructor(page, asked, from) {
    this.#page = page;
    this.#asked = asked ? { back: asked.moment === undefined ? asked.back : from - asked.moment, stream: asked.stream } : null;
    const turn = byId("compare-turn");
    turn.disabled = false;
    // Once it is there, its panel hears the click itself.
    turn.addEventListener("click", () => this.#comparing ?? this.#open().then(() => turn.click()));
    byId("time-compare").addEventListener("click", () => {
      byId("time-panel").hidePopover();
      turn.scrollIntoView({ block: "center" });
      turn.click();
    });
    if (asked) this.#open();
  }

  /** @returns {{back: number | "span", stream?: string} | null} null: nothing is compared */
  get chosen() {
    return this.#comparing ? this.#comparing.chosen : this.#asked;
  }

  /** @returns {{api: string, range: {from: number, to: number}, words: string} | null} what is laid over what is shown */
  get shown() {
    return this.#comparing?.shown ?? null;
  }

  draw() {
    this.#comparing?.draw();
  }

  #open() {
    this.#loading ??= later(() => import("./comparing.js")).then(({ Comparing }) => {
      this.#comparing = new Comparing(this.#page);
      if (this.#asked) this.#comparing.begin(this.#asked);
    });
    return this.#loading;
  }
}
