import { humanize } from "../data/names.js";
import { panelsOf } from "../data/panels.js";
import { _ } from "../i18n.js";
import { onTheme } from "../look/colors.js";
import { element } from "../look/dom.js";
import { later } from "../look/later.js";
import { ChartCard } from "./chart/chart.js";
import { headlinesOf } from "./kpi/headlines.js";
import { Kpi } from "./kpi/kpi.js";

const SOON = "300px 0px";
const IDLE_REST_S = 0.95;
const LEAST_POINTS = 200;
const MOST_POINTS = 1000;
const STEP = 100;
/** Who makes the cards of a panel, and whose program is had when a stream needs it. */
const MAKERS = {
  states: () => import("./states/statescard.js").then(({ statesCards }) => statesCards),
  objects: () => import("./objects/objectscard.js").then(({ objectsCards }) => objectsCards),
};

/**
 * What the cards stand on.
 *
 * @typedef {object} Context
 * @property {import("../data/live.js").Live} live
 * @property {import("../data/history.js").History} history
 * @property {() => void} redraw  asks for a repaint
 * @property {(over: HTMLElement, timeAt: (px: number) => number) => () => void} attach  lets gestures on a chart move the time
 *
 * @property {Compared | null} [compared]  what is laid over charts
 *
 * @typedef {(panel: import("../data/panels.js").Panel) => import("../compare/other.js").Other} Compared
 *
 * What is to be drawn.
 *
 * @typedef {object} Sight
 * @property {number} from  UNIX seconds
 * @property {number} to
 * @property {number} now  the server's time
 * @property {import("../data/gaps.js").Gap[]} known  gaps of which the cause is known
 * @property {number} patience  longest quiet that is no gap, seconds
 * @property {string} quiet  why there is nothing at the end
 * @property {boolean} isLive  its right end is the present
 * @property {boolean} isBanded  least and largest values are shown, besides the means
 * @property {(ts: number, intervalS?: number) => boolean} isStale  whether what was last seen then, and is seen so often, is
 *   no longer fresh
 */

/** All that is shown of one stream: the headline numbers, and a section of cards for each group of fields. */
export class Board {
  #kpiPlace;
  #cardPlace;
  #context;
  #request;
  #places = new Map();
  #sections = new Map();
  #makers = new Map([["chart", (panel, context) => [new ChartCard(panel, context)]]]);
  #roots = [];
  #turn = 0;
  #inSight = new Set();
  #wanted = null;
  #drawnAt = -Infinity;
  #watcher;
  #sizer;

  /**
   * @param {HTMLElement} kpiPlace  holds placeholders until the fields are known
   * @param {HTMLElement} cardPlace  the same
   * @param {Omit<Context, "redraw">} context
   * @param {(isUrgent?: boolean) => void} request  asks for a repaint
   */
  constructor(kpiPlace, cardPlace, context, request) {
    this.#kpiPlace = kpiPlace;
    this.#cardPlace = cardPlace;
    this.#context = { ...context, redraw: () => this.expire() };
    this.#request = request;
    this.#watcher = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: SOON });
    this.#sizer = new ResizeObserver((entries) => this.#sized(entries));
    onTheme(() => this.#each(({ card }) => card.recolor()));
  }

  /**
   * Shows these fields; cards that are there already stay as they are. All of it at once, when it can: what came later
   * would move what is there.
   *
   * @param {import("../data/fields.js").Field[]} fields  in the viewer's order, without those that are hidden
   * @param {string[]} pinned  paths
   */
  async arrange(fields, pinned) {
    const turn = ++this.#turn;
    const panels = panelsOf(fields);
    const missing = new Set(panels.map(({ kind }) => kind).filter((kind) => !this.#makers.has(kind)));
    if (missing.size > 0) await Promise.all([...missing].map((kind) => this.#learn(kind)));
    if (turn === this.#turn) this.#arrange(panels, headlinesOf(fields, pinned));
  }

  #arrange(panels, headlines) {
    const kept = new Set();
    const keep = (kind, key, signature, make) => this.#keep(kept, `${kind} ${key}`, signature, make);
    const kpis = headlines.map((headline) =>
      keep("kpi", headline.key, headline.fields.length, () => [new Kpi(headline, this.#context)]),
    );
    const sections = new Map();
    this.#roots = [];
    for (const panel of panels) {
      const signature = panel.lines.map(({ field }) => field.path).join("\n");
      const places = keep("card", panel.key, signature, () => this.#makers.get(panel.kind)(panel, this.#context));
      this.#roots.push(...places.map(({ card }) => card.root));
      sections.set(panel.group, [...(sections.get(panel.group) ?? []), ...places]);
    }
    for (const [name, places] of this.#places) if (!kept.has(name)) this.#drop(name, places);
    fill(this.#kpiPlace, kpis.flat().map(({ card }) => card.root));
    fill(this.#cardPlace, [...sections].map(([group, places]) => this.#section(group, places)));
  }

  /** Shows another range. @param {{from: number, to: number, isLive: boolean}} range  UNIX seconds */
  load(range) {
    this.#wanted = { ...range, points: this.points };
    for (const place of this.#inSight) this.#bring(place);
    this.expire();
  }

  /** Everything stays as it is: ticks that come are not in sight. @param {{from: number, to: number}} range */
  hold(range) {
    const before = this.#wanted;
    this.#wanted = { ...range, isLive: false, points: this.points };
    this.#each((place) => {
      if (place.wanted !== before) return;
      place.card.hold();
      place.wanted = this.#wanted;
    });
    this.expire();
  }

  /** Lays something over all charts, those that are still to come too. @param {Compared | null} make  null: nothing */
  compare(make) {
    this.#context.compared = make;
    this.#each(({ card }) => card.compare?.(make));
    this.expire();
  }

  /** Nothing goes on: each card reads anew what is to be shown next, once it is in sight. */
  release() {
    this.#wanted = null;
    this.#each((place) => {
      place.card.hold();
      place.wanted = null;
    });
  }

  /** @returns {boolean} whether any card in sight still reads what is to be shown */
  get isBusy() {
    return [...this.#inSight].some(({ card }) => card.isLoading);
  }

  /**
   * Draws what is in sight, when it is time: the window need not move more often than by a pixel, nor more often than once
   * a second when nothing has come.
   *
   * @param {Sight} sight
   * @param {boolean} isFresh  something has changed since the last call that drew
   * @returns {boolean} whether it drew
   */
  draw(sight, isFresh) {
    const restS = (performance.now() - this.#drawnAt) / 1000;
    const pixelS = (sight.to - sight.from) / (this.#wanted?.points ?? LEAST_POINTS);
    if (restS < (isFresh ? Math.min(pixelS, IDLE_REST_S) : IDLE_REST_S)) return false;
    this.#drawnAt = performance.now();
    for (const { card } of this.#inSight) card.draw(sight);
    return true;
  }

  /** The next draw counts, however soon it comes. */
  expire() {
    this.#drawnAt = -Infinity;
    this.#request(true);
  }

  /** @returns {number} how many a chart has at most: about one for each pixel */
  get points() {
    const width = this.#cardPlace.querySelector(".plot")?.clientWidth ?? this.#cardPlace.clientWidth / 3;
    return Math.min(MOST_POINTS, Math.max(LEAST_POINTS, Math.ceil(width / STEP) * STEP));
  }

  /** @returns {boolean} whether any chart in sight has something to show; a table has, from the newest tick alone */
  get hasData() {
    return [...this.#inSight].some(({ card }) => card.lastTs > -Infinity && !isHigh(card.root));
  }

  /** @returns {HTMLElement[]} the cards, in the order of their fields, whatever their groups */
  get roots() {
    return [...this.#roots];
  }

  /** @returns {object[]} what all cards show, for scripts and tests */
  told() {
    return [...this.#places.values()].flat().flatMap(({ card }) => (card.told ? [card.told()] : []));
  }

  async #learn(kind) {
    this.#makers.set(kind, await later(MAKERS[kind]));
    this.expire();
  }

  #keep(kept, name, signature, make) {
    kept.add(name);
    const places = this.#places.get(name);
    if (places?.signature === signature) return places;
    if (places) this.#drop(name, places);
    const made = make().map((card) => ({ card, wanted: null }));
    made.signature = signature;
    this.#places.set(name, made);
    for (const place of made) {
      place.card.root.place = place;
      this.#watcher.observe(place.card.root);
      this.#sizer.observe(place.card.root);
    }
    return made;
  }

  #drop(name, places) {
    this.#places.delete(name);
    for (const place of places) {
      this.#watcher.unobserve(place.card.root);
      this.#sizer.unobserve(place.card.root);
      this.#inSight.delete(place);
      place.card.close();
    }
  }

  #section(group, places) {
    let section = this.#sections.get(group);
    if (section === undefined) {
      const grids = [element("div", { className: "cards" }), element("div", { className: "cards" })];
      const heading = element("h2", { textContent: group ? humanize(group) : _("Others"), className: group ? "" : "untitled" });
      section = { root: element("section", { className: "group" }, heading, ...grids), grids };
      this.#sections.set(group, section);
    }
    section.root.classList.toggle("is-small", places.length === 1 && !isHigh(places[0].card.root));
    // High cards stand under the others: beside a low one there would be a hole.
    const roots = places.map(({ card }) => card.root);
    section.grids.forEach((grid, i) => fill(grid, roots.filter((root) => isHigh(root) === (i === 1))));
    return section.root;
  }

  #bring(place) {
    if (this.#wanted === null || place.wanted === this.#wanted) return;
    place.wanted = this.#wanted;
    place.card.load(this.#wanted);
  }

  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        this.#inSight.add(target.place);
        this.#bring(target.place);
      } else {
        this.#inSight.delete(target.place);
      }
    }
    this.expire();
  }

  #sized(entries) {
    // In the next frame: a size changed inside this callback would call it again.
    requestAnimationFrame(() => {
      for (const { target } of entries) target.place.card.fit();
      this.expire();
    });
  }

  #each(then) {
    for (const places of this.#places.values()) places.forEach(then);
  }

}

function isHigh(root) {
  return root.classList.contains("is-tall");
}

/** Touches nothing where nothing has changed: what is moved in the page loses its focus and its scroll. */
function fill(place, children) {
  const isSame = place.children.length === children.length && children.every((child, i) => place.children[i] === child);
  if (!isSame) place.replaceChildren(...children);
}
