import { onTheme } from "../look/colors.js";
import { Card } from "./card.js";
import { Entry, matches, ordered } from "./entry.js";
import { Pasts } from "./past.js";

const NEAR_PX = 200;
const RESTING_MS = 3000;

/** All streams as cards of one size; only those in sight are written to. */
export class StreamList {
  #root;
  #entries = new Map();
  #cards = new Map();
  #order = [];
  #inSight = new Set();
  #by = "name";
  #wanted = "";
  #movedAt = -Infinity;
  #clock = () => Date.now() / 1000;
  #isOld = false;
  #pasts = new Pasts((name, past) => this.#learn(name, past));
  #sight = new IntersectionObserver((changes) => this.#seen(changes), { rootMargin: `${NEAR_PX}px` });

  /** @param {HTMLElement} root  the list, with the cards that the server wrote */
  constructor(root) {
    this.#root = root;
    for (const item of root.querySelectorAll(".stream-card")) this.#adopt(new Card(item));
    this.#order = [...this.#cards.keys()];
    root.addEventListener("pointermove", () => (this.#movedAt = performance.now()));
    const redraw = () => this.#inSight.forEach((name) => this.#cards.get(name).draw());
    onTheme(redraw);
    new ResizeObserver(redraw).observe(root);
  }

  /** @returns {Entry[]} */
  get entries() {
    return [...this.#entries.values()];
  }

  /**
   * @param {{server_time: number, streams: import("./entry.js").Told[]}} answer
   * @param {() => number} clock  the server's time, UNIX seconds
   */
  take({ server_time: now, streams }, clock) {
    this.#clock = clock;
    this.#isOld = false;
    const gone = new Set(this.#entries.keys());
    for (const told of streams) {
      gone.delete(told.name);
      const isNew = !this.#entries.has(told.name);
      if (isNew) this.#entries.set(told.name, new Entry(told.name));
      const entry = this.#entries.get(told.name);
      entry.take(told, now);
      if (isNew) this.#add(entry);
    }
    for (const name of gone) this.#entries.get(name).lose();
    this.arrange();
    this.show();
    this.#pasts.want([...this.#inSight].filter((name) => !gone.has(name)));
  }

  /** What is shown is what was known last. */
  age() {
    this.#isOld = true;
    this.show();
  }

  /** Nothing grows older until the next answer. */
  stand() {
    const now = this.#clock();
    this.#clock = () => now;
  }

  /** Writes what the streams' newest ticks are old by now, and all else, where it can be seen. */
  show() {
    for (const name of this.#inSight) this.#cards.get(name).show(this.#entries.get(name), this.#clock(), this.#isOld);
  }

  /** @param {"state" | "name"} by */
  sortBy(by) {
    this.#by = by;
    this.arrange(true);
  }

  /** @param {string} wanted  see `matches` @returns {number} how many streams match */
  filter(wanted) {
    this.#wanted = wanted.trim();
    let count = 0;
    for (const [name, entry] of this.#entries) {
      const is = matches(entry, this.#wanted);
      this.#cards.get(name).root.hidden = !is;
      count += Number(is);
    }
    return count;
  }

  /** Puts the cards in their order; not below a pointer that moves, unless it was asked for. @param {boolean} [asked] */
  arrange(asked = false) {
    if (!asked && performance.now() - this.#movedAt < RESTING_MS) return;
    const order = ordered(this.entries, this.#by).map(({ name }) => name);
    if (order.every((name, i) => name === this.#order[i])) return;
    this.#order = order;
    const focused = document.activeElement;
    let place = this.#root.firstElementChild;
    for (const name of order) {
      const { root } = this.#cards.get(name);
      if (root === place) place = place.nextElementSibling;
      else this.#root.insertBefore(root, place);
    }
    // What is moved in the page loses the focus.
    if (this.#root.contains(focused)) focused.focus({ preventScroll: true });
  }

  #add(entry) {
    const card = Card.of(entry);
    card.root.hidden = !matches(entry, this.#wanted);
    this.#root.append(card.root);
    this.#order.push(entry.name);
    this.#keep(card);
  }

  #adopt(card) {
    this.#entries.set(card.name, card.entry());
    this.#keep(card);
  }

  #keep(card) {
    this.#cards.set(card.name, card);
    this.#sight.observe(card.root);
  }

  #seen(changes) {
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting) this.#inSight.add(target.dataset.name);
      else this.#inSight.delete(target.dataset.name);
    }
    this.show();
    this.#pasts.want(this.#inSight);
  }

  #learn(name, past) {
    if (!(past instanceof Error)) this.#entries.get(name).learn(past.lastTs, past.intervalS);
    this.#cards.get(name).showPast(past);
  }
}
