const CELL_PX = 6;
const HEIGHT_PX = 13;

/** Finds room for names beside dots: none may cover another one or a dot. */
export class Labels {
  #frame;
  #columns;
  #taken;

  /** @param {import("./projection.js").Frame} frame */
  constructor(frame) {
    this.#frame = frame;
    this.#columns = Math.ceil(frame.width / CELL_PX) + 1;
    this.#taken = new Uint8Array(this.#columns * (Math.ceil(frame.height / CELL_PX) + 1));
  }

  /** Nothing may cover this place. @param {number} left  CSS pixels @param {number} top */
  keepFree(left, top) {
    if (this.#holds(left, top, 0, 0)) this.#taken[this.#cell(left, top)] = 1;
  }

  /**
   * @param {number} left  of the dot, CSS pixels
   * @param {number} top  of the dot
   * @param {number} width  of the name
   * @param {number} away  from the dot's middle
   * @param {number} side  tried first: 1 right, -1 left
   * @returns {number} the side with room, now taken; 0: there is none
   */
  take(left, top, width, away, side) {
    const begin = (one) => (one === 1 ? left + away : left - away - width);
    return [side, -side].find((one) => this.#claim(begin(one), top - HEIGHT_PX / 2, width)) ?? 0;
  }

  #claim(left, top, width) {
    if (!this.#holds(left, top, width, HEIGHT_PX)) return false;
    const cells = [];
    for (let y = top; y < top + HEIGHT_PX + CELL_PX; y += CELL_PX) {
      for (let x = left; x < left + width + CELL_PX; x += CELL_PX) {
        const cell = this.#cell(Math.min(x, left + width), Math.min(y, top + HEIGHT_PX));
        if (this.#taken[cell]) return false;
        cells.push(cell);
      }
    }
    for (const cell of cells) this.#taken[cell] = 1;
    return true;
  }

  #holds(left, top, width, height) {
    const { left: west, top: north, width: wide, height: high } = this.#frame;
    return left >= west && left + width <= west + wide && top >= north && top + height <= north + high;
  }

  #cell(left, top) {
    const row = Math.floor((top - this.#frame.top) / CELL_PX);
    return row * this.#columns + Math.floor((left - this.#frame.left) / CELL_PX);
  }
}
