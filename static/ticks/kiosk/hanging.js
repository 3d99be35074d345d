import { setText } from "../look/dom.js";
import { _n } from "../i18n.js";
import { layOut } from "./wall.js";

const GAP_PX = 10;

/** Hangs a board's cards on the wall, anew whenever there are others or the wall has another size. */
export class Hanging {
  #place;
  #leftOut;
  #cards = [];

  /** @param {HTMLElement} place @param {HTMLElement} leftOut  says how many there is no room for */
  constructor(place, leftOut) {
    this.#place = place;
    this.#leftOut = leftOut;
    new ResizeObserver(() => requestAnimationFrame(() => this.#hang())).observe(place);
  }

  /** @param {HTMLElement[]} cards  in order */
  show(cards) {
    this.#cards = cards;
    this.#hang();
  }

  #hang() {
    const { clientWidth: width, clientHeight: height } = this.#place;
    const areTall = this.#cards.map((card) => card.classList.contains("is-tall"));
    const { columns, rows, places } = layOut(areTall, { width: width + GAP_PX, height: height + GAP_PX });
    this.#place.style.gridTemplate = `repeat(${rows}, minmax(0, 1fr)) / repeat(${columns}, minmax(0, 1fr))`;
    this.#cards.forEach((card, i) => {
      card.hidden = places[i] === null;
      const { row, column, span, wide } = places[i] ?? { row: 0, column: 0, span: 1, wide: 1 };
      card.style.gridArea = `${row + 1} / ${column + 1} / span ${span} / span ${wide}`;
    });
    const missing = places.filter((place) => place === null).length;
    this.#leftOut.hidden = missing === 0;
    setText(this.#leftOut, _n("{count} more chart has no room on this screen", "{count} more charts have no room on this screen", missing));
  }
}
