import { _, _n } from "../../i18n.js";
import { decimal } from "../../look/units.js";
import { element, setText } from "../../look/dom.js";
import { wiped } from "../canvas.js";
import { Crowd } from "./crowd.js";
import { dotRadius, paintMap } from "./mappaint.js";
import { Projection } from "./projection.js";
import { Readout } from "./readout.js";

const REACH_PX = { mouse: 14, pen: 14, touch: 26 };

/** Objects with a place, `x` and `y`, on a map in a place of fixed size. */
export class AgentMap {
  #title;
  #crowd = new Crowd();
  #projection = new Projection();
  #readout = new Readout();
  #canvas = element("canvas", { width: 1, height: 1 });
  #frame = element("div", { className: "map-frame" }, this.#canvas);
  #note = element("p", { className: "map-note" });
  #size = { width: 0, height: 0 };
  #chosen = null;
  /** Where the chosen one stood in the order of all when it was last there. */
  #stood = 0;

  /** @param {unknown} items @returns {boolean} whether they are objects with finite numbers `x` and `y` */
  static fits(items) {
    return Crowd.fits(items);
  }

  /** @param {string} title  of the card */
  constructor(title) {
    this.#title = title;
    // Keys go from one agent to the next, see reading/agents.js.
    this.#frame.tabIndex = 0;
    this.#frame.setAttribute("role", "application");
    this.root = element("div", { className: "map" }, this.#frame, this.#note, this.#readout.root);
    this.#frame.addEventListener("pointermove", (event) => event.pointerType === "touch" || this.#choose(event));
    this.#frame.addEventListener("pointerdown", (event) => this.#choose(event));
    this.#frame.addEventListener("pointerleave", (event) => event.pointerType === "touch" || this.drop());
    this.#tell();
  }

  /** @param {object[] | null} items  the array of the tick; null: it has none */
  show(items) {
    this.#crowd.take(items ?? []);
    this.#projection.cover(this.#crowd.agents, performance.now() / 1000);
    if (this.#size.width === 0) this.#measure();
    this.#draw();
    this.#tell();
  }

  /** Takes the size of its place. */
  fit() {
    this.#measure();
    this.#draw();
  }

  /** Takes the present theme's colours. */
  recolor() {
    this.#draw();
  }

  /** @returns {boolean} whether one of the agents is chosen */
  get isChosen() {
    return this.#chosen !== null;
  }

  /**
   * Chooses another agent: from the one that is chosen, or from before the first one, or from behind the last one.
   *
   * @param {number} by  so many on in the order of the tick, or back where negative; at the ends no further
   * @returns {string} what is shown of it; empty: there is none
   */
  go(by) {
    const { agents } = this.#crowd;
    if (agents.length === 0) return "";
    const at = agents.findIndex(({ key }) => key === this.#chosen);
    if (at >= 0) this.#stood = at;
    else if (this.#chosen === null) this.#stood = by > 0 ? 0 : agents.length;
    // Where it is gone, the next one has its place.
    const begin = at < 0 && by > 0 ? this.#stood - 1 : this.#stood;
    this.#stood = Math.min(Math.max(begin + by, 0), agents.length - 1);
    this.#chosen = agents[this.#stood].key;
    this.#draw();
    const { name, item } = agents[this.#stood];
    const place = { name, place: decimal(this.#stood + 1, 0), count: decimal(agents.length, 0) };
    return _("{name}, {place} of {count}: {values}", { ...place, values: this.#readout.words(item) });
  }

  /** Chooses none. */
  drop() {
    this.#chosen = null;
    this.#draw();
  }

  #measure() {
    this.#size = { width: this.#frame.clientWidth, height: this.#frame.clientHeight };
  }

  #draw() {
    const { width, height } = this.#size;
    if (width === 0 || height === 0) return;
    this.#projection.place(width, height);
    const chosen = this.#crowd.find(this.#chosen);
    paintMap(wiped(this.#canvas, width, height), this.#projection, this.#crowd.agents, chosen);
    if (!chosen) this.#readout.hide();
    else this.#readout.show(chosen.name, chosen.item, this.#projection.left(chosen.x) > width / 2);
  }

  #choose({ clientX, clientY, pointerType }) {
    const { left, top } = this.#frame.getBoundingClientRect();
    const reach = dotRadius(this.#crowd.agents.length) + (REACH_PX[pointerType] ?? REACH_PX.mouse);
    const key = this.#nearest(clientX - left, clientY - top, reach);
    if (key === this.#chosen) return;
    this.#chosen = key;
    this.#draw();
  }

  #nearest(left, top, reach) {
    let best = { away: reach, key: null };
    for (const { key, x, y } of this.#crowd.agents) {
      const away = Math.hypot(this.#projection.left(x) - left, this.#projection.top(y) - top);
      if (away < best.away) best = { away, key };
    }
    return best.key;
  }

  #tell() {
    const { agents, count } = this.#crowd;
    const words = _n("{whole} agent", "{whole} agents", count, { whole: decimal(count, 0) });
    const label = _("Map of {title}: {words}; the arrow keys go through them", { title: this.#title, words });
    if (this.#frame.getAttribute("aria-label") !== label) this.#frame.setAttribute("aria-label", label);
    const more = count > agents.length ? _("{drawn} of {words} drawn", { drawn: decimal(agents.length, 0), words }) : "";
    setText(this.#note, count === 0 ? _("no data") : more);
  }
}
