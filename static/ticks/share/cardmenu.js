import { _ } from "../i18n.js";
import { later } from "../look/later.js";
import { whenLeft } from "../look/popover.js";
import { save } from "../look/save.js";
import { fullWords } from "../time/words.js";
import { queryOf } from "./query.js";

/** A card that came into sight just now, by the keyboard, begins to read within this time. */
const BEGINS_MS = 1000;
const byId = (id) => document.getElementById(id);

/** What one can have of a single chart: a picture, a table, its numbers, the query behind it. */
export class CardMenu {
  #page;
  #menu = byId("card-menu");
  #table = null;
  #button = null;
  #card = null;

  /**
   * @param {object} page
   * @param {() => {from: number, to: number}} page.range  that is shown, UNIX seconds
   * @param {() => string} page.words  which stream and range that is, and in which zone
   * @param {() => number} page.points
   * @param {string} page.stream  its name
   * @param {string} page.api  of the stream
   * @param {() => {range: {from: number, to: number}} | null} page.compared  what is laid over what is shown
   */
  constructor(page) {
    this.#page = page;
    document.addEventListener("click", ({ target }) => this.#clicked(target.closest(".card-tools")));
    whenLeft(this.#menu, this.#menu, () => this.#menu.matches(":popover-open") && this.#menu.hidePopover());
    this.#menu.addEventListener("toggle", ({ newState }) => this.#toggled(newState === "open"));
    byId("card-picture").addEventListener("click", () => this.#do(() => this.#savePicture()));
    this.#menu.querySelector('[data-card="series csv"]').addEventListener("click", (event) => this.#savePoints(event));
    byId("card-table").addEventListener("click", () => this.#do(() => this.#showTable()));
  }

  /** What is seen, and of when. */
  #words() {
    const { words, compared } = this.#page;
    const sheet = this.#card.sheet();
    if (sheet.other === null) return [words()];
    const when = fullWords(compared().range);
    return [words(), _("dashed: {words}, {when}", { words: sheet.other.words, when })];
  }

  #clicked(button) {
    if (button === null) return;
    const isOpen = this.#menu.matches(":popover-open") && button === this.#button;
    this.#menu.hidePopover();
    if (isOpen) return;
    this.#button = button;
    this.#card = button.closest(".card").place.card;
    this.#fill();
    this.#menu.showPopover();
    this.#place();
    this.#menu.querySelector("button").focus();
  }

  #fill() {
    const { range, points, api } = this.#page;
    const fields = this.#card.sheet().lines.map(({ path }) => ({ path, kind: "number" }));
    const asked = { range: range(), points: points(), fields, isWhole: false };
    for (const place of this.#menu.querySelectorAll("[data-card]")) {
      const [resource, format] = place.dataset.card.split(" ");
      place.href = api + queryOf(resource, format, asked);
    }
  }

  /** Below its button, within the window. */
  #place() {
    const { right, bottom } = this.#button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height, style } = this.#menu;
    style.left = `${Math.max(8, right - width)}px`;
    style.top = `${Math.max(8, Math.min(bottom + 4, innerHeight - height - 8))}px`;
  }

  #toggled(isOpen) {
    this.#button?.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen && this.#menu.contains(document.activeElement)) this.#button.focus();
  }

  #do(act) {
    this.#menu.hidePopover();
    this.#button.focus();
    act();
  }

  async #showTable() {
    const card = this.#card;
    const { ChartTable } = await later(() => import("./table.js"));
    await read(card);
    this.#table ??= new ChartTable();
    this.#table.show(card.sheet(), this.#words());
  }

  async #savePicture() {
    const sheet = this.#card.sheet();
    const { pictureOf } = await later(() => import("./picture.js"));
    save(await pictureOf(sheet, this.#words()), `${this.#page.stream} ${sheet.title}.png`);
  }

  /** The server has them of one range alone. */
  #savePoints(event) {
    const sheet = this.#card.sheet();
    if (sheet.other === null) return;
    event.preventDefault();
    this.#menu.hidePopover();
    const { csvWith, words } = sheet.other;
    save(new Blob([csvWith(sheet)], { type: "text/csv" }), `${this.#page.stream} ${sheet.title} ${words}.csv`);
  }
}

/** Returns when the card has what it reads. */
async function read(card) {
  const since = performance.now();
  const mayBegin = () => card.sheet().x.length === 0 && performance.now() - since < BEGINS_MS;
  while (card.isLoading || mayBegin()) await new Promise(requestAnimationFrame);
}
