import { _ } from "../../i18n.js";
import { color } from "../../look/colors.js";
import { element, setText } from "../../look/dom.js";
import { STAT_WORDS } from "../../look/stats.js";
import { number } from "../../look/units.js";

const HEADS = ["now", "min", "mean", "max"];

/** The table beside a chart: each line's value, now or at the cursor, its least, mean and greatest. A click shows one alone. */
export class Legend {
  #body = element("tbody");
  #now = element("th", { scope: "col", textContent: STAT_WORDS[HEADS[0]] });
  #rows = [];
  #onShow;

  /** @param {string} title  of the chart @param {(shown: boolean[]) => void} onShow  which lines are to be seen */
  constructor(title, onShow) {
    this.#onShow = onShow;
    const heads = [this.#now, ...HEADS.slice(1).map((name) => element("th", { scope: "col", textContent: STAT_WORDS[name] }))];
    const head = element("thead", {}, element("tr", {}, element("td"), ...heads));
    const caption = element("caption", { className: "unseen", textContent: _("{title}, of the range in sight", { title }) });
    this.root = element("table", { className: "legend" }, caption, head, this.#body);
  }

  /** @param {import("../../data/panels.js").Line[]} lines @param {string[]} colors  names for color() */
  build(lines, colors) {
    this.#rows = lines.map(({ label, field }, i) => this.#row(label, field, colors[i]));
    this.#body.replaceChildren(...this.#rows.map(({ root }) => root));
    this.recolor();
  }

  /** @returns {{root: HTMLElement, hue: string}[]} of each line; `hue`: for color() */
  get rows() {
    return this.#rows.map(({ root, name }) => ({ root, hue: name }));
  }

  /** Takes the present theme's colours. */
  recolor() {
    for (const { swatch, name } of this.#rows) swatch.style.backgroundColor = color(name);
  }

  /**
   * @param {{now: number, min: number, mean: number, max: number}[]} values  of each line, raw; NaN: none
   * @param {import("../../look/units.js").Scale} scale
   * @param {"now" | "last" | "cursor"} word  of what moment the first column is; null in `values`: no data there
   */
  write(values, scale, word) {
    setText(this.#now, STAT_WORDS[word]);
    this.#rows.forEach(({ cells }, i) => {
      HEADS.forEach((name, at) => {
        const text = values[i] === null ? (at === 0 ? _("no data") : "") : number(values[i][name], scale);
        setText(cells[at], text);
      });
    });
  }

  #row(label, field, hue) {
    const swatch = element("span", { className: "swatch" });
    const title = _("{label} ({path}). Click: this line alone; with Shift: on and off.", field);
    const name = element("span", { textContent: label });
    const button = element("button", { type: "button", className: "line-name", title }, swatch, name);
    const head = element("th", { scope: "row" }, button);
    const cells = HEADS.map(() => element("td", { textContent: "–" }));
    const row = { root: element("tr", {}, head, ...cells), swatch, cells, name: hue, isShown: true, button };
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", (event) => this.#clicked(row, event.shiftKey));
    return row;
  }

  #clicked(row, isToggle) {
    const isAlone = this.#rows.every((one) => one.isShown === (one === row));
    for (const one of this.#rows) {
      if (isToggle) one.isShown = one === row ? !one.isShown : one.isShown;
      else one.isShown = isAlone || one === row;
    }
    if (this.#rows.every(({ isShown }) => !isShown)) for (const one of this.#rows) one.isShown = true;
    for (const { root, isShown, button } of this.#rows) {
      root.classList.toggle("is-off", !isShown);
      button.setAttribute("aria-pressed", String(isShown));
    }
    this.#onShow(this.#rows.map(({ isShown }) => isShown));
  }
}
