import { Card } from "./card.js";
import { onTheme } from "../look/colors.js";
import { Kpi } from "./kpi.js";

const SOON = "300px 0px";
const FRESH_REST_S = 0.45;
const IDLE_REST_S = 0.95;

/** The headline numbers and the charts of one stream. */
export class Board {
  #kpiPlace;
  #chartPlace;
  #kpis = [];
  #cards = new Map();
  #inSight = new Set();
  #request;
  #watcher;
  #sizer;
  #drawnAt = -Infinity;

  /**
   * @param {HTMLElement} kpiPlace  holds placeholders until the layout is known
   * @param {HTMLElement} chartPlace  the same
   * @param {() => void} request  asks for a repaint
   */
  constructor(kpiPlace, chartPlace, request) {
    this.#kpiPlace = kpiPlace;
    this.#chartPlace = chartPlace;
    this.#request = request;
    this.#watcher = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: SOON });
    this.#sizer = new ResizeObserver((entries) => this.#sized(entries));
    onTheme(() => this.#recolor());
  }

  /** @param {import("../data/layout.js").Layout} layout @param {import("../data/store.js").Store} store */
  build({ kpis, charts }, store) {
    this.#kpis = kpis.map((spec) => new Kpi(spec, store));
    const cards = charts.map((spec) => new Card(spec, store));
    this.#kpiPlace.replaceChildren(...this.#kpis.map(({ root }) => root));
    this.#chartPlace.replaceChildren(...cards.map(({ root }) => root));
    for (const card of cards) {
      this.#cards.set(card.root, card);
      this.#watcher.observe(card.root);
      this.#sizer.observe(card.root);
    }
  }

  /**
   * Draws what is in sight, when it is time: numbers that change more than twice a second can't be read, and without
   * new ticks the window need not slide more often than once a second.
   *
   * @param {number} to  right end of the window, the server's UNIX time, seconds
   * @param {number} spanS  its length, seconds
   * @param {boolean} fresh  ticks have come since the last call that drew
   * @returns {boolean} whether it drew
   */
  draw(to, spanS, fresh) {
    const restS = (performance.now() - this.#drawnAt) / 1000;
    if (restS < (fresh ? FRESH_REST_S : IDLE_REST_S)) return false;
    this.#drawnAt = performance.now();
    for (const kpi of this.#kpis) kpi.draw(to, spanS);
    for (const card of this.#inSight) card.draw(to, spanS);
    return true;
  }

  /** Draws everything as of now and keeps it so, also what is out of sight. @param {number} to @param {number} spanS */
  freeze(to, spanS) {
    for (const kpi of this.#kpis) kpi.draw(to, spanS);
    for (const card of this.#cards.values()) {
      card.draw(to, spanS);
      card.freeze();
    }
  }

  /** The next draw counts, however soon it comes. */
  expire() {
    this.#drawnAt = -Infinity;
  }

  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const card = this.#cards.get(target);
      if (isIntersecting) this.#inSight.add(card);
      else this.#inSight.delete(card);
    }
    this.expire();
    this.#request();
  }

  #sized(entries) {
    // In the next frame: a size changed inside this callback would call it again.
    requestAnimationFrame(() => {
      for (const { target } of entries) this.#cards.get(target).fit();
    });
    this.expire();
    this.#request();
  }

  #recolor() {
    for (const card of this.#cards.values()) card.recolor();
    for (const kpi of this.#kpis) kpi.recolor();
  }
}
