import { _ } from "../../i18n.js";
import { element, setText } from "../../look/dom.js";
import { place } from "./order.js";

let made = 0;

/** Fields that stand together in the drawer, below a title that folds them. */
export class FieldGroup {
  #choice;
  #fold;
  #count = element("span", { className: "group-count" });
  #hide = element("button", { className: "button quiet", type: "button", textContent: _("Hide all") });
  #list = element("ul");
  #isFolded = false;

  /** @type {import("./row.js").FieldRow[]} in the order that was chosen */
  rows = [];

  /**
   * @param {string} title
   * @param {object} options
   * @param {import("./choice.js").Choice} options.choice
   * @param {boolean} options.canHide  whether all of them can be hidden at once
   */
  constructor(title, { choice, canHide }) {
    this.#choice = choice;
    this.#list.id = `drawer-group-${(made += 1)}`;
    const name = element("span", { textContent: title });
    this.#fold = element("button", { className: "group-fold", type: "button" }, name, this.#count);
    this.#fold.setAttribute("aria-controls", this.#list.id);
    this.#fold.addEventListener("click", () => this.#turn());
    this.#hide.ariaLabel = _("Hide all of {title}", { title });
    this.#hide.hidden = !canHide;
    this.#hide.addEventListener("click", () => this.#hideAll());
    const head = element("div", { className: "group-head" }, element("h3", {}, this.#fold), this.#hide);
    this.root = element("section", { className: "group" }, head, this.#list);
  }

  /** @param {import("./row.js").FieldRow[]} rows  in their order @returns {this} */
  take(rows) {
    this.rows = rows;
    place(this.#list, rows.map(({ root }) => root));
    return this;
  }

  /** Shows those that match. @param {string} sought  in small letters; "" shows all @returns {number} how many match */
  filter(sought) {
    const shown = this.rows.filter((row) => {
      row.root.hidden = !row.matches(sought);
      return !row.root.hidden;
    });
    shown.forEach((row, i) => row.mark({ isFirst: i === 0, isLast: i === shown.length - 1 }));
    this.root.hidden = shown.length === 0;
    // A search looks into what is folded, too.
    const isOpen = !this.#isFolded || sought !== "";
    this.#list.hidden = !isOpen;
    this.#fold.ariaExpanded = String(isOpen);
    setText(this.#count, String(shown.length));
    this.#hide.ariaPressed = String(this.#areHidden());
    return shown.length;
  }

  #areHidden() {
    return this.rows.every(({ path }) => this.#choice.isHidden(path));
  }

  #hideAll() {
    this.#choice.hideAll(this.rows.map(({ path }) => path), !this.#areHidden());
  }

  #turn() {
    this.#isFolded = this.#fold.ariaExpanded === "true";
    this.#list.hidden = this.#isFolded;
    this.#fold.ariaExpanded = String(!this.#isFolded);
  }
}
