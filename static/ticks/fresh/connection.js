import { element, setText } from "../look/dom.js";
import { Popover } from "../look/popover.js";
import { STATES } from "./health.js";
import { brief, off, standing, tell, warnings, when } from "./words.js";

const byId = (id) => document.getElementById(id);

/** The panel behind the state in the bar: how the connection stands, how long ticks take, what became of it so far. */
export class ConnectionPanel {
  #log;
  #latency;
  #feed;
  #panel = byId("connection");
  #cells = this.#panel.querySelectorAll("[data-spread]");
  #parts = {
    standing: byId("connection-state"),
    trip: byId("connection-trip"),
    clock: byId("connection-clock"),
    warnings: byId("connection-warnings"),
    log: byId("connection-log"),
    none: byId("connection-none"),
  };
  #drawn = -1;
  #popover;

  /**
   * @param {object} parts
   * @param {import("./log.js").ConnectionLog} parts.log
   * @param {import("./latency.js").Latency} parts.latency
   * @param {import("../feed.js").Feed} parts.feed
   */
  constructor({ log, latency, feed }) {
    this.#log = log;
    this.#latency = latency;
    this.#feed = feed;
    this.#popover = new Popover(byId("state"), this.#panel, () => this.draw());
  }

  /** Writes what changed; while it is closed it costs nothing. @param {boolean} [isStill]  only when something has happened */
  draw(isStill = false) {
    if (!this.#popover.isOpen || (isStill && this.#drawn === this.#log.version)) return;
    const now = this.#feed.now();
    const measured = this.#latency.measure();
    const state = document.documentElement.dataset.state ?? "connecting";
    const skewS = Date.now() / 1000 - now;
    setText(this.#parts.standing, `${STATES[state].shape} ${standing(STATES[state].word, this.#log.since, now)}`);
    for (const cell of this.#cells) {
      const { spread, part } = cell.dataset;
      setText(cell, measured[spread] ? brief(measured[spread][part]) : "–");
    }
    const { roundTripMs } = this.#feed;
    setText(this.#parts.trip, roundTripMs === null ? "–" : brief(roundTripMs));
    setText(this.#parts.clock, this.#log.since === null ? "–" : off(skewS));
    this.#warn(this.#log.since === null ? [] : warnings(skewS, measured));
    this.#list(now);
  }

  #warn(found) {
    const { children } = this.#parts.warnings;
    while (children.length < found.length) this.#parts.warnings.append(element("li"));
    while (children.length > found.length) children[children.length - 1].remove();
    found.forEach((text, i) => setText(children[i], text));
  }

  #list(now) {
    if (this.#drawn === this.#log.version) return;
    this.#drawn = this.#log.version;
    const { entries } = this.#log;
    this.#parts.none.hidden = entries.length > 0;
    const { children } = this.#parts.log;
    while (children.length < entries.length) this.#parts.log.append(element("tr", {}, element("td"), element("td")));
    entries.forEach((entry, i) => {
      const [time, what] = children[i].children;
      setText(time, when(entry.at, now));
      setText(what, tell(entry));
      children[i].dataset.kind = entry.kind;
    });
  }
}
