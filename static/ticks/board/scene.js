import { Fields } from "../data/fields.js";
import { Gaps } from "../data/gaps.js";
import { History } from "../data/history.js";
import { Live } from "../data/live.js";
import { Freshness } from "../fresh/freshness.js";
import { painter } from "../look/paint.js";
import { Timeline } from "../time/timeline.js";
import { Board } from "./board.js";

const PULSE_MS = 500;
const SETTLED_MS = 120;
const LEARN_MS = 1000;
/** What the first picture does not need is asked for after it. */
const LATER_MS = 300;
/** So many ticks tell how often there is one, and which fields it has. */
const NEWEST = 20;
const CLOCKS_APART_S = 2;

const byId = (id) => document.getElementById(id);

/**
 * A page's own data, written by the server.
 *
 * @typedef {object} Page
 * @property {string} stream  its name
 * @property {string} ws  address of the WebSocket
 * @property {string} api  of the stream in the API, with a slash at its end
 * @property {number} window_s  seconds that are shown at first
 * @property {Record<string, {unit?: string, label?: string}>} fields  as declared
 * @property {{path: string, type: string}[]} known  the stored ones
 * @property {object | null} latest  the newest tick
 * @property {string} [link]  a kiosk's
 * @property {import("../data/preloaded.js").First | null} [first]  what the page has asked for already
 *
 * Who goes along with a scene; all optional.
 *
 * @typedef {object} Company
 * @property {(fields: import("../data/fields.js").Field[]) => void} [learned]  there are others, all of these
 * @property {() => void} [arranged]  the board has all its cards
 * @property {() => void} [moved]  the viewer moved through the time
 * @property {(state: string) => void} [draw]  what stands around the board; `state`: see fresh/health.js
 * @property {() => void} [drawn]  the board was drawn as well
 * @property {(status: import("../feed.js").FeedStatus) => void} [status]  of the connection
 */

/** @returns {Page} */
export function readPage() {
  return JSON.parse(byId("page").textContent);
}

/** What a page shows of its stream: which fields the board has, which time it shows, and when it is drawn. */
export class Scene {
  #page;
  #choice;
  #company;
  #arranged = -1;
  #learnedAt = -Infinity;
  #isFresh = true;
  #isOver = false;
  #isBanded = true;
  #shownTo = 0;
  #shownAt = 0;
  #stoodAt = 0;
  #settling = 0;
  #learning = 0;

  gaps = new Gaps();
  /** The fields that are shown, in order. @type {import("../data/fields.js").Field[]} */
  shown = [];

  /**
   * @param {object} options
   * @param {Page} options.page
   * @param {number} [options.spanS]  how much is shown at first, seconds; absent: as the page has it
   * @param {import("./drawer/choice.js").Choice} options.choice
   * @param {Company} options.company
   * @param {{hiddenAfterS?: number, share?: boolean}} [options.connection]
   * @param {(live: Live) => import("../data/head.js").Source} [options.headOf]  where ticks come from; absent: always live
   * @param {import("./board.js").Context["attach"]} [options.attach]
   */
  constructor({ page, spanS, choice, company, connection = {}, headOf = (live) => live, attach = () => () => {} }) {
    this.#page = page;
    this.#choice = choice;
    this.#company = company;
    this.fresh = new Freshness(page.stream);
    this.fields = new Fields(page.fields);
    this.history = new History(page.api, { link: page.link, first: page.first });
    const { gaps } = this;
    this.live = new Live({ url: addressOf(page), stream: page.stream, gaps, also: this.#callbacks(), ...connection });
    this.fresh.watch(this.live);
    this.head = headOf(this.live);
    this.timeline = new Timeline({ spanS: spanS ?? page.window_s, onChange: () => this.#moved() });
    this.request = painter(() => this.#draw());
    const context = { live: this.head, history: this.history, attach };
    this.board = new Board(byId("kpis"), byId("charts"), context, this.request);
    this.#listen();
  }

  /** @returns {number} where the live window ends, UNIX seconds */
  now = () => this.live.edge();

  /** @returns {import("../time/timeline.js").Range} what is shown */
  range = () => this.timeline.range(this.now());

  /** @returns {number} age of the newest tick by the server's clock, seconds; NaN when there is none */
  get ageS() {
    return this.live.last ? this.live.now() - this.live.last.ts : NaN;
  }

  /** @returns {boolean} least and largest values are shown, besides the means */
  get isBanded() {
    return this.#isBanded;
  }

  set isBanded(wanted) {
    this.#isBanded = wanted;
    this.#expire();
  }

  /**
   * For scripts and tests: the `t` of all ticks received, in order, the last 20,000; what each card shows; the time shown.
   *
   * @returns {{seen: () => number[], cards: () => object[], range: Scene["range"], timeline: Timeline}}
   */
  get told() {
    return { seen: () => [...this.live.seen], cards: () => this.board.told(), range: this.range, timeline: this.timeline };
  }

  /** Shows what is known of the stream already, and then asks for what can wait. The page goes on without it. */
  async begin() {
    const { latest, known } = this.#page;
    this.live.suppose(latest);
    if (latest) this.fields.learn(latest);
    this.fields.learnStored(known);
    this.arrange();
    this.#show();
    await new Promise((resolve) => setTimeout(resolve, LATER_MS));
    this.live.suppose(null, await this.history.newest(NEWEST).catch(() => []));
  }

  /** Gives the board the fields that are known, as the viewer chose. */
  async arrange() {
    if (this.live.last) this.fields.learn(this.live.last);
    const isNew = this.#arranged !== this.fields.version;
    this.#arranged = this.fields.version;
    const { list } = this.fields;
    if (this.#isOver || list.length === 0) return;
    this.shown = this.#choice.sort(list, ({ path }) => path).filter(({ path }) => !this.#choice.isHidden(path));
    const arranging = this.board.arrange(this.shown, this.#choice.value.pinned);
    if (isNew) this.#company.learned?.(list);
    this.#isFresh = true;
    this.request();
    await arranging;
    this.#company.arranged?.();
  }

  /** Nothing is shown any more, and nothing asked for. */
  end() {
    this.#isOver = true;
    this.board.arrange([], []);
  }

  #callbacks() {
    const { callbacks } = this.fresh;
    const onState = (status) => {
      callbacks.onState(status);
      this.#company.status?.(status);
    };
    return { ...callbacks, onState };
  }

  #listen() {
    this.live.listen({ greeted: () => this.#greeted() });
    this.head.listen({ ticks: (ticks) => this.#took(ticks), moved: () => this.#show(), broke: () => this.request() });
    setInterval(this.request, PULSE_MS);
  }

  /** The server's clock is known now, and the source's by its newest tick: this computer's was taken before. */
  #greeted() {
    const expected = this.#shownTo + (performance.now() - this.#shownAt) / 1000;
    if (this.timeline.isLive && Math.abs(this.now() - expected) > CLOCKS_APART_S) this.#show();
    if (this.live.last) this.arrange();
    this.request();
  }

  /** Of what is shown, live or replayed. */
  #took(ticks) {
    this.#isFresh = true;
    // Every tick is looked at in the beginning; later a new field may take a second to be seen.
    if (this.live.seen.length <= NEWEST || performance.now() - this.#learnedAt > LEARN_MS) {
      this.#learnedAt = performance.now();
      for (const tick of ticks.slice(-NEWEST)) this.fields.learn(tick);
      if (this.fields.version !== this.#arranged) this.arrange();
    }
    this.request();
  }

  /** Many steps in a row, as of a wheel, are one. */
  #moved() {
    this.#stoodAt = this.head.now();
    this.#company.moved?.();
    clearTimeout(this.#settling);
    if (this.timeline.held === "paused") this.board.hold(this.range());
    else this.#settling = setTimeout(() => this.#show(), SETTLED_MS);
    this.#expire();
  }

  /** Reads what is stored of what is shown. */
  #show() {
    if (this.#isOver) return;
    const range = this.range();
    this.#shownTo = range.to;
    this.#shownAt = performance.now();
    this.board.load({ ...range, isLive: this.timeline.isMoving });
    clearTimeout(this.#learning);
    this.#learning = setTimeout(() => this.#learnGaps(range), LATER_MS);
  }

  /** Why there is nothing where there is nothing; without it, that is just not known. */
  async #learnGaps(range) {
    const found = await this.history.gaps(range).catch(() => []);
    found.forEach((gap) => this.gaps.add(gap));
    this.request();
  }

  #expire() {
    this.#isFresh = true;
    this.board.expire();
  }

  #draw() {
    if (this.#isOver) return;
    const state = this.fresh.state(this.timeline.held);
    this.#company.draw?.(state);
    byId("empty").hidden = state !== "empty";
    if (!this.board.draw(this.#sight(), this.#isFresh)) return;
    this.#isFresh = false;
    this.#company.drawn?.();
  }

  /** @returns {import("./board.js").Sight} */
  #sight() {
    const { from, to } = this.range();
    const { isLive, isMoving } = this.timeline;
    return {
      from,
      to,
      now: isMoving ? this.head.now() : this.#stoodAt,
      known: this.gaps.between(from, to),
      patience: this.head.patience,
      quiet: isLive ? this.fresh.quiet : isMoving ? "silent" : "unstored",
      isLive,
      isBanded: this.#isBanded,
      isStale: (...seen) => isLive && this.fresh.isStale(...seen),
    };
  }
}

function addressOf({ ws, link }) {
  return link ? `${ws}?${new URLSearchParams({ link })}` : ws;
}
