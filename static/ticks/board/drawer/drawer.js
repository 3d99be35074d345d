import { _ } from "../../i18n.js";
import { setText } from "../../look/dom.js";
import { decimal } from "../../look/units.js";
import { FieldGroup } from "./group.js";
import { place } from "./order.js";
import { FieldRow } from "./row.js";

const REST_MS = 500;
const PINNED = "pinned";
const NEAR = "200px 0px";
const whole = (count) => decimal(count, 0);
const byId = (id) => document.getElementById(id);

/**
 * One field, as the drawer tells of it.
 *
 * @typedef {object} Listed
 * @property {string} path  dotted
 * @property {string} label  for people
 * @property {string} unit
 * @property {"number" | "boolean" | "text" | "objects"} kind
 * @property {string} group  first key; "" where there is none
 */

/** All fields of the stream at the left of the page: to search, pin, hide and put in order. It lies over the charts. */
export class Drawer {
  #choice;
  #parts = {
    root: byId("drawer"),
    button: byId("fields"),
    list: byId("drawer-list"),
    search: byId("drawer-search"),
    count: byId("drawer-count"),
    none: byId("drawer-none"),
    trouble: byId("drawer-trouble"),
  };
  /** @type {Listed[]} */
  #fields = [];
  /** @type {Map<string, FieldRow>} */
  #rows = new Map();
  /** @type {Map<string, FieldGroup>} */
  #groups = new Map();
  #inSight = new Set();
  #watcher;
  #valueOf = () => undefined;
  #writtenAt = -Infinity;
  #isDrawn = false;

  /** @param {import("./choice.js").Choice} choice */
  constructor(choice) {
    this.#choice = choice;
    this.#watcher = new IntersectionObserver((seen) => this.#seen(seen), { root: this.#parts.list, rootMargin: NEAR });
    this.#parts.button.addEventListener("click", () => this.toggle());
    this.#parts.button.disabled = false;
    byId("drawer-close").addEventListener("click", () => this.close());
    byId("drawer-reset").addEventListener("click", () => choice.reset());
    this.#parts.search.addEventListener("input", () => this.#filter());
    this.#parts.root.addEventListener("keydown", (event) => this.#pressed(event));
    choice.onChange(() => this.#changed());
    choice.onTrouble((text) => setText(this.#parts.trouble, text));
  }

  /** @returns {boolean} */
  get isOpen() {
    return !this.#parts.root.hidden;
  }

  /** Opens it, with the focus in it, or closes it. */
  toggle() {
    if (this.isOpen) this.close();
    else this.#open();
  }

  /** Closes it; the focus is again on its button. */
  close() {
    this.#parts.root.hidden = true;
    this.#parts.button.setAttribute("aria-expanded", "false");
    this.#parts.button.focus();
  }

  /** @param {Listed[]} fields  all that are known, in the order of the ticks */
  update(fields) {
    this.#fields = fields;
    this.#changed();
  }

  /**
   * Shows present values, where a field is in sight; at most twice a second, and not at all while closed.
   *
   * @param {(path: string) => unknown} valueOf  a field's newest value, as it stands in the tick; undefined: none
   */
  values(valueOf) {
    this.#valueOf = valueOf;
    if (!this.isOpen || performance.now() - this.#writtenAt < REST_MS) return;
    this.#writtenAt = performance.now();
    for (const row of this.#inSight) row.write(valueOf(row.path));
  }

  #open() {
    this.#parts.root.hidden = false;
    this.#parts.button.setAttribute("aria-expanded", "true");
    if (!this.#isDrawn) this.#arrange();
    // Where there is a keyboard on the screen only, it would cover half of what was asked for.
    (matchMedia("(hover: none)").matches ? this.#parts.root : this.#parts.search).focus();
  }

  #pressed(event) {
    if (event.defaultPrevented) return;
    if (event.key === "Tab") this.#goRound(event);
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.close();
  }

  /** What lies below it can't have the focus: from its end on it goes to its beginning. */
  #goRound(event) {
    const all = this.#parts.root.querySelectorAll("button, input");
    const places = [...all].filter((one) => one.checkVisibility());
    const [end, beginning] = event.shiftKey ? [places[0], places.at(-1)] : [places.at(-1), places[0]];
    if (event.target !== end) return;
    event.preventDefault();
    beginning.focus();
  }

  #changed() {
    this.#isDrawn = false;
    if (this.isOpen) this.#arrange();
  }

  #arrange() {
    this.#isDrawn = true;
    const focused = document.activeElement;
    const list = focused.closest("ul");
    const known = new Map(this.#fields.map((field) => [field.path, this.#rowOf(field)]));
    for (const [path, row] of this.#rows) if (!known.has(path)) this.#forget(row);
    this.#rows = known;
    const members = this.#members();
    for (const key of this.#groups.keys()) if (!members.has(key)) this.#groups.delete(key);
    const groups = [...members].map(([key, rows]) => this.#groupOf(key).take(rows));
    place(this.#parts.list, groups.map(({ root }) => root));
    this.#filter();
    // What was moved has lost the focus on its way. To another list the view does not follow it.
    if (this.#parts.root.contains(focused) && document.activeElement !== focused) {
      focused.focus({ preventScroll: focused.closest("ul") !== list });
    }
  }

  /** @returns {Map<string, FieldRow[]>} pinned ones, then each group, in the order that was chosen */
  #members() {
    const members = new Map();
    const groups = new Set(this.#fields.map(({ group }) => `in ${group}`));
    for (const key of [PINNED, ...groups]) members.set(key, []);
    for (const field of this.#choice.sort(this.#fields, ({ path }) => path)) {
      members.get(this.#choice.isPinned(field.path) ? PINNED : `in ${field.group}`).push(this.#rows.get(field.path));
    }
    return members;
  }

  #rowOf(field) {
    const present = this.#rows.get(field.path);
    if (present?.isOf(field)) return present;
    if (present) this.#forget(present);
    const row = new FieldRow(field, this.#choice, (by) => this.#move(field.path, by));
    this.#watcher.observe(row.root);
    return row;
  }

  #forget(row) {
    this.#watcher.unobserve(row.root);
    this.#inSight.delete(row);
    row.root.remove();
  }

  #groupOf(key) {
    if (!this.#groups.has(key)) {
      const title = key === PINNED ? _("Pinned") : key.slice("in ".length) || _("Others");
      this.#groups.set(key, new FieldGroup(title, { choice: this.#choice, canHide: key !== PINNED }));
    }
    return this.#groups.get(key);
  }

  /** Past the next one that is shown: a search may have put others out of sight. */
  #move(path, by) {
    const group = [...this.#groups.values()].find(({ rows }) => rows.some((row) => row.path === path));
    const siblings = group.rows.map((row) => row.path);
    const shown = group.rows.filter(({ root }) => !root.hidden).map((row) => row.path);
    const neighbour = shown[shown.indexOf(path) + by];
    if (neighbour !== undefined) this.#choice.move(path, siblings.indexOf(neighbour) - siblings.indexOf(path), siblings);
  }

  #filter() {
    const words = this.#parts.search.value.trim();
    const sought = words.toLowerCase();
    let found = 0;
    for (const group of this.#groups.values()) found += group.filter(sought);
    const all = this.#fields.length;
    setText(this.#parts.count, sought === "" ? whole(all) : _("{found} of {all}", { found: whole(found), all: whole(all) }));
    this.#parts.none.hidden = found > 0;
    const none = _("No field is known yet: they come with the first tick.");
    setText(this.#parts.none, sought === "" ? none : _("No field matches “{words}”.", { words }));
  }

  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const row = this.#rows.get(target.dataset.path);
      if (!row) continue;
      if (isIntersecting) this.#inSight.add(row);
      else this.#inSight.delete(row);
      if (isIntersecting) row.write(this.#valueOf(row.path));
    }
  }
}
