import { decimal, scaleFor } from "../../look/units.js";
import { CalmRange } from "../../look/yrange.js";

const PLAIN = scaleFor("", 1);
const LEFT_PX = 44;
const BOTTOM_PX = 18;
const EDGE_PX = 8;
const LINE_EVERY_PX = 40;
const NICE = [1, 2, 5, 10];

/**
 * Where the map lies on its canvas, in CSS pixels.
 *
 * @typedef {{left: number, top: number, width: number, height: number}} Frame
 */

/** From places to pixels: the same scale on both axes, y up; it grows at once and shrinks after ten calm seconds. */
export class Projection {
  #x = new CalmRange();
  #y = new CalmRange();
  #scale = 1;
  #speed = new CalmRange();
  #fastest = 1;
  #middle = [0, 0];
  #ends = [[-1, 1], [-1, 1]];

  /** @type {Frame} */
  frame = { left: LEFT_PX, top: EDGE_PX, width: 0, height: 0 };

  /**
   * @param {import("./crowd.js").Agent[]} agents
   * @param {number} nowS  any steady clock, seconds
   */
  cover(agents, nowS) {
    if (agents.length === 0) return;
    this.#ends = [this.#x, this.#y].map((range, i) => {
      const [low, high] = extent(agents, i === 0 ? "x" : "y");
      return range.fit(low, high, PLAIN, nowS);
    });
    const fastest = agents.reduce((most, { item }) => Math.max(most, Math.hypot(...velocity(item))), 0);
    this.#fastest = this.#speed.fit(0, fastest, PLAIN, nowS)[1];
  }

  /** @param {number} width  of the canvas, CSS pixels @param {number} height */
  place(width, height) {
    this.frame = { left: LEFT_PX, top: EDGE_PX, width: width - LEFT_PX - EDGE_PX, height: height - BOTTOM_PX - EDGE_PX };
    const [[west, east], [south, north]] = this.#ends;
    this.#middle = [(west + east) / 2, (south + north) / 2];
    const wide = this.frame.width / span(west, east);
    this.#scale = Math.max(0, Math.min(wide, this.frame.height / span(south, north)));
  }

  /** @param {number} x @returns {number} CSS pixels from the left */
  left(x) {
    return this.frame.left + this.frame.width / 2 + (x - this.#middle[0]) * this.#scale;
  }

  /** @param {number} y @returns {number} CSS pixels from the top */
  top(y) {
    return this.frame.top + this.frame.height / 2 - (y - this.#middle[1]) * this.#scale;
  }

  /** @param {object} item @returns {[number, number]} to the right and up, as part of the fastest; 0 where it tells no speed */
  speed(item) {
    return velocity(item).map((part) => part / this.#fastest);
  }

  /** @returns {{upright: Line[], level: Line[]}} the lines of the grid, at the same distance both ways */
  lines() {
    const least = LINE_EVERY_PX / this.#scale;
    const power = 10 ** Math.floor(Math.log10(least));
    const step = power * NICE.find((nice) => nice * power >= least * (1 - 1e-9));
    const { width, height } = this.frame;
    const upright = values(this.#middle[0], width / this.#scale, step);
    const level = values(this.#middle[1], height / this.#scale, step);
    const label = labels(Math.max(...[...upright, ...level].map(Math.abs), 0), step);
    return {
      upright: upright.map((value) => ({ at: this.left(value), label: label(value), place: Math.round(value / step) })),
      level: level.map((value) => ({ at: this.top(value), label: label(value), place: Math.round(value / step) })),
    };
  }
}

/** @typedef {{at: number, label: string, place: number}} Line  CSS pixels from the left or the top; counted from zero's line */

function velocity({ vx, vy }) {
  return Number.isFinite(vx) && Number.isFinite(vy) ? [vx, vy] : [0, 0];
}

function extent(places, axis) {
  let [low, high] = [Infinity, -Infinity];
  for (const place of places) {
    if (place[axis] < low) low = place[axis];
    if (place[axis] > high) high = place[axis];
  }
  return [low, high];
}

/** Never so small that two places of it are the same number. */
function span(low, high) {
  return Math.max(high - low, Math.abs(high) * 1e-9, 1e-9);
}

/** Counted, because adding a small step to a large number may leave it as it is. */
function values(middle, length, step) {
  const first = Math.ceil((middle - length / 2) / step);
  const count = Math.floor((middle + length / 2) / step) - first + 1;
  if (!(count > 0)) return [];
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

function labels(greatest, step) {
  const { factor, suffix } = scaleFor("", greatest);
  const digits = Math.min(6, Math.max(0, -Math.floor(Math.log10(step / factor) + 1e-9)));
  return (value) => decimal(value / factor || 0, digits) + suffix;
}
