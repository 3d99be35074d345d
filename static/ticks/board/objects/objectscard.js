import { valueAt } from "../../data/paths.js";
import { _ } from "../../i18n.js";
import { exactTime } from "../../look/axes.js";
import { decimal } from "../../look/units.js";
import { AgentMap } from "../map/agentmap.js";
import { Frame } from "../frame.js";
import { ObjectTable } from "./objects.js";

/** A card with an array of objects, as of the newest tick in sight: a table, or a map of those that have a place. */
export class ObjectsCard {
  #panel;
  #context;
  #field;
  #view;
  #frame;
  #leave;
  #isHeld = false;
  #asked = null;
  #items = null;
  #ts = -Infinity;

  /**
   * @param {import("../../data/panels.js").Panel} panel
   * @param {import("../board.js").Context} context
   * @param {ObjectTable | AgentMap} view
   */
  constructor(panel, context, view) {
    this.#panel = panel;
    this.#context = context;
    this.#field = panel.lines[0].field;
    this.#view = view;
    this.#frame = new Frame(panel.title, [view.root], () => {});
    this.#frame.root.classList.add("is-tall");
    this.#leave = context.live.listen({ ticks: (ticks) => this.#took(ticks.at(-1)) });
  }

  /** @returns {HTMLElement} */
  get root() {
    return this.#frame.root;
  }

  /** @returns {ObjectTable | AgentMap} what shows them */
  get view() {
    return this.#view;
  }

  /** @returns {number} when a tick last had any of it, UNIX seconds */
  get lastTs() {
    return this.#ts;
  }

  /** @param {import("../../data/course.js").Wanted} wanted  live: the newest tick; else the last one of that range */
  load({ to, isLive }) {
    this.#isHeld = !isLive;
    const { last } = this.#context.live;
    if (isLive && last) this.#took(last);
    else this.#read(to);
  }

  hold() {
    this.#isHeld = true;
  }

  close() {
    this.#leave();
  }

  /** @param {import("../board.js").Sight} sight */
  draw(sight) {
    this.#view.show(this.#items);
    this.#frame.age(sight.now - this.#ts, !this.#isHeld && sight.isStale(this.#ts));
    const count = this.#items === null ? "" : `${decimal(this.#items.length, 0)}`;
    this.#frame.note(this.#isHeld && this.#items !== null ? _("{count}, at {time}", { count, time: exactTime(this.#ts) }) : count);
  }

  /** Takes the size of its place. */
  fit() {
    this.#view.fit?.();
  }

  /** Takes the present theme's colours. */
  recolor() {
    this.#view.recolor?.();
  }

  /** @returns {object} what is drawn, for scripts and tests */
  told() {
    return { title: this.#panel.title, fields: [this.#field.path], ts: this.#ts, items: this.#items };
  }

  #took(tick) {
    if (!this.#isHeld && tick) this.#take(tick);
  }

  #take(tick) {
    const items = valueAt(tick, this.#field.keys);
    if (!Array.isArray(items)) return;
    this.#asked = null;
    this.#items = items;
    this.#ts = tick.ts;
  }

  async #read(to) {
    const asked = (this.#asked = {});
    try {
      const tick = await this.#context.history.tickAt(to, [this.#field.path]);
      if (asked !== this.#asked) return;
      this.#items = null;
      if (tick) this.#take(tick);
      this.#frame.word(this.#items === null ? _("no data by then") : "");
    } catch (error) {
      if (asked === this.#asked) this.#frame.word(_("Not read: {why}.", { why: error.message }));
    }
    this.#context.redraw();
  }
}

/**
 * @param {import("../../data/panels.js").Panel} panel
 * @param {import("../board.js").Context} context
 * @returns {ObjectsCard[]} a map, where the objects have places, and a table
 */
export function objectsCards(panel, context) {
  const items = context.live.last && valueAt(context.live.last, panel.lines[0].field.keys);
  const table = new ObjectsCard(panel, context, new ObjectTable(panel.title));
  if (!items || !AgentMap.fits(items)) return [table];
  const title = _("{title}, map", panel);
  return [new ObjectsCard({ ...panel, title }, context, new AgentMap(title)), table];
}
