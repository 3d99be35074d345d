import { _, _n } from "../../i18n.js";
import { decimal } from "../../look/units.js";
import { element, setText } from "../../look/dom.js";
import { Columns } from "./columns.js";
import { Sorting } from "./sorting.js";

const MOST_ROWS = 200;
const MOST_COLUMNS = 24;
const LOOKED_AT = 20;
const PAD_PX = 20;
const ROW_PX = 22;
const BEYOND_SIGHT = 2;
const FEW_ROWS = 30;
const TURNS = 10;
const FIRST_CH = 16;
const BOLD_CH = 1;
const TITLED_CH = 12;
const LONGEST_TITLE = 1000;
const ARROWS = { ascending: "▲", descending: "▼", none: "" };

/** An array of objects as a table: its rows are written anew in place, so that nothing moves but by sorting. */
export class ObjectTable {
  #items = null;
  #columns = new Columns(MOST_COLUMNS);
  #sorting = new Sorting();
  #heads = [];
  #rows = [];
  #values = [];
  #turn = 0;
  #sight = { top: 0, height: 0 };
  #tracks = "";
  #head = part("tr", "row");
  #body = part("tbody", "rowgroup");
  #table = part("table", "table");
  #foot = element("p", { className: "objects-foot", textContent: _("no data") });

  /** @param {string} title  of the card */
  constructor(title) {
    const caption = element("caption", { className: "unseen", textContent: title });
    const head = part("thead", "rowgroup");
    head.append(this.#head);
    // Without a column it is none.
    this.#table.hidden = true;
    this.#table.append(caption, head, this.#body);
    const box = element("div", { className: "objects-box", tabIndex: 0 }, this.#table);
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", title);
    this.root = element("div", { className: "objects" }, box, this.#foot);
    const look = () => {
      this.#sight = { top: box.scrollTop, height: box.clientHeight };
      this.#write(false);
    };
    box.addEventListener("scroll", look, { passive: true });
    new ResizeObserver(look).observe(box);
  }

  /** @param {object[] | null} items  the array of the tick; null: it has none */
  show(items) {
    this.#items = items;
    if (items && this.#columns.learn(items.slice(0, LOOKED_AT))) this.#rebuild();
    const before = this.#rows.length;
    this.#read();
    this.#write(this.#rows.length > before);
    this.#turn = (this.#turn + 1) % TURNS;
    setText(this.#foot, this.#summary());
  }

  #read() {
    const columns = this.#columns.list;
    const shown = this.#sorting.apply(this.#items ?? []).slice(0, MOST_ROWS);
    this.#values = shown.map((item) => columns.map((column) => column.read(item)));
    for (const row of this.#values) row.forEach((value, i) => columns[i].see(value));
    while (this.#rows.length < shown.length) this.#addRow();
    this.#rows.forEach(({ root }, i) => {
      if (root.hidden !== i >= shown.length) root.hidden = i >= shown.length;
    });
  }

  /** Of many rows those in sight at once, the others by turns: laying out a text costs more than all else here. */
  #write(asked) {
    const all = asked || this.#values.length <= FEW_ROWS;
    const first = Math.floor(this.#sight.top / ROW_PX) - BEYOND_SIGHT;
    const last = Math.ceil((this.#sight.top + this.#sight.height) / ROW_PX) + BEYOND_SIGHT;
    this.#values.forEach((values, i) => {
      if (all || i % TURNS === this.#turn || (i >= first && i <= last)) this.#fill(this.#rows[i].cells, values);
    });
    this.#widen();
  }

  #rebuild() {
    this.#heads = this.#columns.list.map((column) => this.#headOf(column));
    this.#table.hidden = false;
    this.#head.replaceChildren(...this.#heads.map(({ root }) => root));
    this.#rows = [];
    this.#body.replaceChildren();
    this.#tellOrder();
  }

  #headOf(column) {
    const arrow = element("span", { className: "arrow" });
    arrow.setAttribute("aria-hidden", "true");
    const name = element("span", { textContent: column.name });
    const button = element("button", { type: "button", title: _("Sort by {name}", column) }, name, arrow);
    const root = part("th", "columnheader", column);
    root.append(button);
    button.addEventListener("click", () => {
      this.#sorting.toggle(column);
      this.#tellOrder();
      this.#read();
      this.#write(true);
    });
    return { root, arrow, column };
  }

  #tellOrder() {
    for (const { root, arrow, column } of this.#heads) {
      const order = this.#sorting.of(column);
      root.setAttribute("aria-sort", order);
      arrow.textContent = ARROWS[order];
    }
  }

  #addRow() {
    const root = part("tr", "row");
    const cells = this.#columns.list.map((column, i) => {
      const cell = i === 0 ? part("th", "rowheader", column) : part("td", "cell", column);
      const text = document.createTextNode("");
      cell.append(text);
      return { cell, text, shown: "" };
    });
    root.append(...cells.map(({ cell }) => cell));
    this.#rows.push({ root, cells });
    this.#body.append(root);
  }

  #fill(cells, values) {
    this.#columns.list.forEach((column, i) => {
      const place = cells[i];
      const text = column.text(values[i]);
      if (place.shown === text) return;
      place.shown = place.text.data = text;
      const title = text.length > TITLED_CH && !column.isNumber ? String(values[i]).slice(0, LONGEST_TITLE) : "";
      if (place.cell.title !== title) place.cell.title = title;
    });
  }

  /** Columns only grow, or they would move while data flows. */
  #widen() {
    const widths = this.#columns.list.map(({ width }, i) => (i === 0 ? Math.min(FIRST_CH, width) + BOLD_CH : width));
    const tracks = widths.map((width) => `minmax(calc(${width}ch + ${PAD_PX}px), ${width}fr)`).join(" ");
    if (tracks === this.#tracks) return;
    this.#tracks = tracks;
    this.#table.style.setProperty("--columns", tracks);
    const all = widths.reduce((sum, width) => sum + width, 0);
    this.#table.style.minWidth = `calc(${all}ch + ${widths.length * PAD_PX}px)`;
  }

  #summary() {
    if (!this.#items) return _("no data");
    const rows = this.#items.length;
    const rest = { most: MOST_ROWS, rest: decimal(rows - MOST_ROWS, 0) };
    const more = rows > MOST_ROWS ? _(", {most} shown and {rest} more", rest) : "";
    const columns = this.#columns.more;
    const hidden = columns > 0 ? _n(" · and {count} more column", " · and {count} more columns", columns) : "";
    return _n("{whole} row", "{whole} rows", rows, { whole: decimal(rows, 0) }) + more + hidden;
  }
}

/** A part of the table that says what it is: its rows are laid out as grids, by which it would lose its own role. */
function part(tag, role, { isNumber } = {}) {
  const made = element(tag, { className: isNumber ? "number" : "" });
  made.setAttribute("role", role);
  return made;
}
