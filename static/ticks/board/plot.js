import uPlot from "../../vendor/uplot/uPlot.esm.js";
import { timeAxis, valueAxis } from "../look/axes.js";
import { assign, color } from "../look/colors.js";
import { gapAt } from "../data/gaps.js";
import { scaleFor } from "../look/units.js";
import { CalmRange } from "../look/yrange.js";

const SYNC = "ticks";
const LINE_PX = 1.5;
const NO_VALUE = [null, null];

/** One uPlot chart over a sliding window, with gaps that nothing bridges. */
export class Plot {
  #host;
  #spec;
  #onCursor;
  #calm = new CalmRange();
  #u = null;
  #gaps = [];
  #patience = 0;
  #ceiling = NaN;

  /** How numbers are written on the axis at present. @type {import("../look/units.js").Scale} */
  scale;

  /**
   * @param {HTMLElement} host  element that gives the size
   * @param {import("../data/layout.js").ChartSpec} spec
   * @param {() => void} onCursor  the cursor moved, here or in another chart
   */
  constructor(host, spec, onCursor) {
    this.#host = host;
    this.#spec = spec;
    this.#onCursor = onCursor;
    this.scale = scaleFor(spec.unit, spec.top ?? 0, spec.digits);
  }

  /**
   * @param {{name: string, label: string, color?: number, fill?: boolean}[]} series
   * @returns {string[]} the colour names given to them, see colors.js
   */
  build(series) {
    this.#u?.destroy();
    const colors = assign(series);
    const lines = series.map(({ label, fill }, i) => this.#line(label, colors[i], fill));
    this.#u = new uPlot(this.#options(lines), [[], ...lines.map(() => [])], this.#host);
    return colors;
  }

  /**
   * @param {ArrayLike<number | null>[]} data  times (UNIX seconds), then values of each series
   * @param {object} sight
   * @param {number} sight.from  left end, UNIX seconds
   * @param {number} sight.to  right end, UNIX seconds
   * @param {import("../data/gaps.js").Gap[]} sight.gaps
   * @param {number} sight.patience  longest quiet that is no gap, seconds
   * @param {number} sight.ceiling  upper end of the y axis, raw; NaN: from the data
   */
  draw(data, { from, to, gaps, patience, ceiling }) {
    const last = data[0].length > 0 ? data[0][data[0].length - 1] : from;
    this.#gaps = to - last > patience ? [...gaps, { from: last, to, reason: "silent" }] : gaps;
    this.#patience = patience;
    this.#ceiling = ceiling;
    const shown = data[0].length > 0 ? data : [[from, to], ...data.slice(1).map(() => NO_VALUE)];
    this.#u.batch(() => {
      this.#u.setData(shown, false);
      this.#u.setScale("x", { min: from, max: to });
    });
  }

  /** Copies what is drawn, so that rows written later do not show in it. */
  keep() {
    this.#u.setData(this.#u.data.map((values) => values.slice()), false);
  }

  /** Draws the same data again, in present colours. */
  redraw() {
    this.#u?.redraw(false);
  }

  /** Takes the size of its host. */
  fit() {
    const { clientWidth: width, clientHeight: height } = this.#host;
    if (width > 0 && (width !== this.#u?.width || height !== this.#u?.height)) this.#u?.setSize({ width, height });
  }

  /** @returns {ArrayLike<number | null>[]} what is drawn at present: times, then values of each series */
  get data() {
    return this.#u.data;
  }

  /** @returns {{x: number, gap?: import("../data/gaps.js").Gap, indices: (number | null)[]} | null} where the cursor stands */
  get cursor() {
    const { left, idxs } = this.#u.cursor;
    if (!(left >= 0)) return null;
    const x = this.#u.posToVal(left, "x");
    return { x, gap: gapAt(this.#gaps, x), indices: idxs.slice(1) };
  }

  #options(lines) {
    return {
      width: this.#host.clientWidth || 300,
      height: this.#host.clientHeight || 150,
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        sync: { key: SYNC, scales: ["x", null] },
        points: { size: 6 },
        dataIdx: (u, _, index, x) => this.#indexAt(u, index, x),
      },
      scales: { x: { time: true }, y: { range: (_, low, high) => this.#range(low, high) } },
      axes: [timeAxis(), valueAxis(() => this.scale)],
      series: [{}, ...lines],
      hooks: { drawClear: [(u) => this.#underlay(u)], setCursor: [() => this.#onCursor()] },
    };
  }

  #line(label, name, fill) {
    return {
      label,
      width: LINE_PX,
      stroke: () => color(name),
      fill: fill ? () => color(`${name}-fill`) : undefined,
      points: { show: false },
      gaps: (u, _, __, ___, missing) => [...missing, ...this.#gapPixels(u)].sort(([a], [b]) => a - b),
    };
  }

  #gapPixels(u) {
    const pixel = (x) => Math.round(u.valToPos(x, "x", true));
    return this.#gaps.map(({ from, to }) => [pixel(from), pixel(to)]).filter(([a, b]) => b > a);
  }

  /** Over a gap, and beyond the ends, there is no value; never a neighbour's. */
  #indexAt(u, index, x) {
    const times = u.data[0];
    const away = Math.max(times[0] - x, x - times[times.length - 1]);
    return gapAt(this.#gaps, x) || away > this.#patience ? null : index;
  }

  #range(low, high) {
    const { unit, digits, top, fromZero = true } = this.#spec;
    const greatest = Math.max(high ?? 0, top ?? 0, this.#ceiling || 0);
    this.scale = scaleFor(unit, Math.max(greatest, Math.abs(low ?? 0)), digits);
    if (top !== undefined) return [0, Math.max(top, greatest)];
    if (this.#ceiling >= (high ?? 0)) return [0, this.#ceiling];
    const least = fromZero ? Math.min(0, low ?? 0) : (low ?? 0);
    return this.#calm.fit(least, high ?? this.scale.factor, this.scale, performance.now() / 1000);
  }

  #underlay(u) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.fillStyle = color("gap");
    const right = bbox.left + bbox.width;
    for (const [from, to] of this.#gapPixels(u)) {
      const left = Math.max(from, bbox.left);
      if (to > left) ctx.fillRect(left, bbox.top, Math.min(to, right) - left, bbox.height);
    }
    ctx.restore();
    for (const value of this.#spec.thresholds ?? []) threshold(u, value);
  }
}

/** A thin line with its value at the right end. */
function threshold(u, value) {
  const { ctx, bbox } = u;
  const pixel = devicePixelRatio;
  const right = bbox.left + bbox.width;
  const y = Math.round(u.valToPos(value, "y", true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = color("threshold");
  ctx.lineWidth = pixel;
  ctx.setLineDash([2 * pixel, 4 * pixel]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(right, y);
  ctx.stroke();
  ctx.font = `${10 * pixel}px system-ui, sans-serif`;
  ctx.textAlign = "right";
  ctx.textBaseline = "bottom";
  ctx.fillText(String(value), right - 2 * pixel, y - pixel);
  ctx.restore();
}
