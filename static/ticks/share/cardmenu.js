import { whenLeft } from "../look/popover.js";
import { pictureOf } from "./picture.js";
import { queryOf } from "./query.js";
import { ChartTable } from "./table.js";

const byId = (id) => document.getElementById(id);

/** What one can have of a single chart: a picture, a table, its numbers, the query behind it. */
export class CardMenu {
  #page;
  #menu = byId("card-menu");
  #table = new ChartTable();
  #button = null;
  #card = null;

  /**
   * @param {object} page
   * @param {() => {from: number, to: number}} page.range  that is shown, UNIX seconds
   * @param {() => string} page.words  which stream and range that is, and in which zone
   * @param {() => number} page.points
   * @param {string} page.stream  its name
   * @param {string} page.api  of the stream
   */
  constructor(page) {
    this.#page = page;
    document.addEventListener("click", ({ target }) => this.#clicked(target.closest(".card-tools")));
    whenLeft(this.#menu, this.#menu, () => this.#menu.matches(":popover-open") && this.#menu.hidePopover());
    this.#menu.addEventListener("toggle", ({ newState }) => this.#toggled(newState === "open"));
    byId("card-picture").addEventListener("click", () => this.#do(() => this.#savePicture()));
    byId("card-table").addEventListener("click", () => this.#do(() => this.#table.show(this.#card.sheet(), page.words())));
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

  async #savePicture() {
    const sheet = this.#card.sheet();
    const blob = await pictureOf(sheet, this.#page.words());
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${this.#page.stream} ${sheet.title}.png`.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-");
    link.click();
    // The browser has taken it by then.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}
