import { _, _n } from "../../i18n.js";
import { element, setText } from "../../look/dom.js";
import { number, scaleFor } from "../../look/units.js";

const KINDS = { number: "", boolean: _("yes or no"), text: _("text"), objects: _("list") };
const WORDS = { true: _("yes"), false: _("no") };

/** One field in the drawer. Its place is there at once; what stands in it is made when it comes into sight. */
export class FieldRow {
  #field;
  #choice;
  #move;
  #value = element("span", { className: "field-value", textContent: "–" });
  #buttons = null;
  #sought;
  #ends = { isFirst: false, isLast: false };

  /**
   * @param {import("./drawer.js").Listed} field
   * @param {import("./choice.js").Choice} choice
   * @param {(by: number) => void} move  up or down among those that are shown
   */
  constructor(field, choice, move) {
    this.#field = field;
    this.#choice = choice;
    this.#move = move;
    this.#sought = `${field.label}\n${field.path}\n${field.unit}`.toLowerCase();
    this.root = element("li", { className: "field" });
    this.root.dataset.path = field.path;
  }

  /** @returns {string} */
  get path() {
    return this.#field.path;
  }

  /** @param {import("./drawer.js").Listed} field @returns {boolean} whether it would look the same */
  isOf({ label, unit, kind, group }) {
    const { label: myLabel, unit: myUnit, kind: myKind, group: myGroup } = this.#field;
    return label === myLabel && unit === myUnit && kind === myKind && group === myGroup;
  }

  /** @param {string} sought  in small letters */
  matches(sought) {
    return this.#sought.includes(sought);
  }

  /** @param {unknown} value  as it stands in the tick */
  write(value) {
    if (this.#buttons === null) this.#build();
    setText(this.#value, this.#words(value));
  }

  /** Shows what is chosen at present. @param {{isFirst: boolean, isLast: boolean}} ends  of those that are shown */
  mark(ends) {
    this.#ends = ends;
    const isHidden = this.#choice.isHidden(this.path);
    this.root.classList.toggle("is-hidden", isHidden);
    if (this.#buttons === null) return;
    const { pin, hide, up, down } = this.#buttons;
    pin.ariaPressed = String(this.#choice.isPinned(this.path));
    hide.ariaPressed = String(isHidden);
    // Not `disabled`: the focus would be lost at the end of the way.
    up.ariaDisabled = String(ends.isFirst);
    down.ariaDisabled = String(ends.isLast);
  }

  #build() {
    const { label, path, unit, kind } = this.#field;
    const choice = this.#choice;
    this.#buttons = {
      pin: this.#button(_("Pin"), _("Pin {label}", this.#field), () => choice.pin(path, !choice.isPinned(path))),
      hide: this.#button(_("Hide"), _("Hide {label}", this.#field), () => choice.hide(path, !choice.isHidden(path))),
      up: this.#button("↑", _("Move up: {label}", this.#field), () => this.#ends.isFirst || this.#move(-1)),
      down: this.#button("↓", _("Move down: {label}", this.#field), () => this.#ends.isLast || this.#move(1)),
    };
    const about = [path, unit, KINDS[kind]].filter(Boolean).join(" · ");
    this.root.append(
      element("span", { className: "field-label", textContent: label, title: label }),
      this.#value,
      element("span", { className: "field-about", textContent: about, title: about }),
      element("span", { className: "field-tools" }, ...Object.values(this.#buttons)),
    );
    this.mark(this.#ends);
  }

  #button(textContent, ariaLabel, act) {
    const made = element("button", { className: "button", type: "button", textContent, ariaLabel });
    made.addEventListener("click", act);
    return made;
  }

  #words(value) {
    const { kind, unit } = this.#field;
    if (value === undefined || value === null) return "–";
    if (kind === "number") return quantity(value, unit);
    if (kind === "objects") return Array.isArray(value) ? _n("{count} item", "{count} items", value.length) : "–";
    return WORDS[value] ?? String(value);
  }
}

function quantity(value, unit) {
  const scale = scaleFor(unit, value);
  return Number.isFinite(value) ? `${number(value, scale)} ${scale.suffix}`.trimEnd() : "–";
}
