import { gapAt } from "../../data/gaps.js";
import { timeAxis, valueAxis } from "../../look/axes.js";
import { assign, color } from "../../look/colors.js";
import { scaleFor } from "../../look/units.js";
import { CalmRange } from "../../look/yrange.js";
import { band, pieces } from "./band.js";
import { threshold } from "./threshold.js";

/** The page loads it before its modules: packed, there is no module of it. */
const { uPlot } = window;
const SYNC = "ticks";
const LINE_PX = 1.5;
const NEAR = 0.3;
const POINT_PX = 3;
/** Of the clock with its seconds: the last one must not be cut. */
const LABEL_PX = 52;
const NOTHING = { x: new Float64Array(0), min: [], max: [], mean: [], count: [], isWhole: true };

/**
 * Lines of another range, on this one's time axis.
 *
 * @typedef {object} Overlay
 * @property {import("../../data/track.js").View} view  of as many lines
 * @property {boolean} isBanded  least and largest are drawn
 * @property {(u: import("uplot"), names: string[]) => void} paint  over the chart's own; `names` of colours, for color()
 */

/** One uPlot chart: mean lines and bands from the least to the largest value, with gaps that nothing bridges. */
export class Plot {
  #host;
  #panel;
  #onCursor;
  #attach;
  #detach = () => {};
  #calm = new CalmRange();
  #u = null;
  #names = [];
  #gaps = [];
  #patience = 0;
  #isBanded = false;
  /** Least and greatest value in sight; null: there is none. */
  #ends = null;
  #overlay = null;

  /** What is drawn. @type {import("../../data/track.js").View} */
  view = NOTHING;
  /** How numbers are written on the axis at present. @type {import("../../look/units.js").Scale} */
  scale;

  /**
   * @param {HTMLElement} host  element that gives the size
   * @param {import("../../data/panels.js").Panel} panel
   * @param {object} listener
   * @param {() => void} listener.onCursor  the cursor moved, here or in another chart
   * @param {(over: HTMLElement, timeAt: (px: number) => number) => () => void} listener.attach  takes gestures; returns its end
   */
  constructor(host, panel, { onCursor, attach }) {
    this.#host = host;
    this.#panel = panel;
    this.#onCursor = onCursor;
    this.#attach = attach;
    this.scale = scaleFor(panel.unit, panel.top ?? 0, panel.digits);
  }

  /** @param {import("../../data/panels.js").Line[]} lines @returns {string[]} the colour names given to them, see colors.js */
  build(lines) {
    this.close();
    this.#names = assign(lines.map(({ field }) => ({ name: field.path })));
    const isAlone = lines.length === 1 && this.#panel.fromZero;
    const series = lines.map(({ label }, i) => this.#line(label, this.#names[i], isAlone));
    this.#u = new uPlot(this.#options(series), [[], ...series.map(() => [])], this.#host);
    this.#detach = this.#attach(this.#u.over, (px) => this.#u.posToVal(px, "x"));
    return this.#names;
  }

  close() {
    this.#detach();
    this.#u?.destroy();
    this.#u = null;
  }

  /**
   * @param {import("../../data/track.js").View} view
   * @param {object} sight
   * @param {number} sight.from  left end, UNIX seconds
   * @param {number} sight.to  right end, UNIX seconds
   * @param {import("../../data/gaps.js").Gap[]} sight.gaps  in order
   * @param {number} sight.patience  longest quiet that is no gap, seconds
   * @param {boolean} sight.isBanded  also shows the least and the largest values
   * @param {Overlay | null} overlay  null: nothing
   */
  draw(view, { from, to, gaps, patience, isBanded }, overlay) {
    this.view = view;
    this.#gaps = gaps;
    this.#patience = patience;
    this.#isBanded = isBanded && !view.isWhole;
    this.#overlay = overlay;
    const drawn = [{ view, isBanded: this.#isBanded }, ...(overlay ? [overlay] : [])];
    const ends = drawn.flatMap((one) => this.#endsOf(one, from, to));
    this.#ends = ends.length === 0 ? null : [Math.min(...ends), Math.max(...ends)];
    const data = view.x.length > 0 ? [view.x, ...view.mean.map(withNulls)] : [[from, to], ...view.mean.map(() => [null, null])];
    this.#u.batch(() => {
      this.#u.setData(data, false);
      this.#u.setScale("x", { min: from, max: to });
    });
  }

  /** @returns {HTMLCanvasElement} with its axes */
  get canvas() {
    return this.#u.ctx.canvas;
  }

  /** @returns {string[]} of the lines' colours, for color() */
  get names() {
    return this.#names;
  }

  /** @returns {import("../../data/gaps.js").Gap[]} where nothing is drawn, in order */
  get gaps() {
    return this.#gaps;
  }

  /** Another range is shown: the y axis need not stay calm. */
  settle() {
    this.#calm = new CalmRange();
  }

  /** @param {number} line @param {boolean} isShown */
  show(line, isShown) {
    this.#u.setSeries(line + 1, { show: isShown });
  }

  /** @param {number} line @returns {boolean} */
  isShown(line) {
    return this.#u.series[line + 1].show;
  }

  /** @param {number} at  UNIX seconds @returns {number} pixels from the left edge of the plotting area */
  leftOf(at) {
    return this.#u.valToPos(at, "x");
  }

  /** Puts the cursor of all charts to a time. @param {number | null} at  UNIX seconds; null: nowhere */
  point(at) {
    this.#u.setCursor({ left: at === null ? -1 : this.leftOf(at), top: 0 }, true, true);
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

  /**
   * @returns {{x: number, gap?: import("../../data/gaps.js").Gap, row: number | null} | null} where the cursor stands: its
   *   time, and the row of the view there; null: nowhere
   */
  get cursor() {
    const { left, idxs } = this.#u?.cursor ?? {};
    if (!(left >= 0)) return null;
    const x = this.#u.posToVal(left, "x");
    // Until it is drawn anew, the row is one of what was there before.
    const row = idxs[1] ?? null;
    return { x, gap: gapAt(this.#gaps, x), row: row < this.view.x.length ? row : null };
  }

  #options(series) {
    return {
      width: this.#host.clientWidth || 300,
      height: this.#host.clientHeight || 150,
      padding: [8, LABEL_PX / 2, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false, setScale: false },
        sync: { key: SYNC, scales: ["x", null] },
        points: { size: 6 },
        dataIdx: (u, _, index, x) => this.#indexAt(u, index, x),
      },
      scales: { x: { time: true }, y: { range: () => this.#range() } },
      axes: [timeAxis(), valueAxis(() => this.scale)],
      series: [{}, ...series],
      hooks: {
        drawClear: [(u) => this.#underlay(u)],
        drawAxes: [(u) => this.#bands(u)],
        draw: [(u) => this.#overlay?.paint(u, this.#names)],
        setCursor: [() => this.#onCursor()],
      },
    };
  }

  #line(label, name, fill) {
    return {
      label,
      width: LINE_PX,
      stroke: () => color(name),
      fill: fill ? () => color(`${name}-fill`) : undefined,
      points: { show: false, size: POINT_PX, fill: () => color(name), filter: (_, at) => this.#lonely(at - 1) },
      gaps: (u, _, __, ___, missing) => [...missing, ...this.#gapPixels(u)].sort(([a], [b]) => a - b),
    };
  }

  /** A value between two gaps has no line. */
  #lonely(line) {
    const { x, mean } = this.view;
    const found = x.length > 0 ? pieces(x, mean[line], this.#gaps).filter(([first, last]) => first === last) : [];
    return found.length > 0 ? found.map(([row]) => row) : null;
  }

  #gapPixels(u) {
    const { min, max } = u.scales.x;
    const pixel = (x) => Math.round(u.valToPos(Math.min(Math.max(x, min - 1), max + 1), "x", true));
    return this.#gaps.map(({ from, to }) => [pixel(from), pixel(to)]).filter(([a, b]) => b > a);
  }

  /** Over a gap, and beyond the ends, there is no value; never a neighbour's. */
  #indexAt(u, index, x) {
    const times = u.data[0];
    const away = Math.max(times[0] - x, x - times[times.length - 1]);
    return gapAt(this.#gaps, x) || away > this.#patience ? null : index;
  }

  /** Of the lines that are shown, in this time; empty: there is no value. */
  #endsOf({ view: { x, min, max, mean }, isBanded }, from, to) {
    let [low, high] = [Infinity, -Infinity];
    const lines = mean.map((_, i) => i).filter((i) => this.#u.series[i + 1].show);
    for (const i of lines) {
      const [least, largest] = isBanded ? [min[i], max[i]] : [mean[i], mean[i]];
      for (let row = 0; row < x.length; row += 1) {
        if (x[row] < from || x[row] > to) continue;
        if (least[row] < low) low = least[row];
        if (largest[row] > high) high = largest[row];
      }
    }
    return low > high ? [] : [low, high];
  }

  #range() {
    const { unit, digits, top, fromZero } = this.#panel;
    if (this.#ends === null) return top === undefined ? this.#calm.rest(this.scale) : [0, top];
    const [low, high] = this.#ends;
    const greatest = Math.max(high, top ?? -Infinity);
    this.scale = scaleFor(unit, Math.max(Math.abs(greatest), Math.abs(low)), digits);
    if (top !== undefined && low >= 0) return [0, greatest];
    // Near zero, an axis that begins a little below it would tell of values that can't be.
    const isNear = low >= 0 && low < high * NEAR;
    const least = fromZero || isNear ? Math.min(0, low) : low;
    return this.#calm.fit(least, low === high && high === 0 ? this.scale.factor : high, this.scale, performance.now() / 1000);
  }

  #bands(u) {
    if (!this.#isBanded) return;
    this.#names.forEach((name, i) => {
      if (u.series[i + 1].show) band(u, this.view, i, name, this.#gaps);
    });
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
    for (const value of this.#panel.thresholds ?? []) threshold(u, value);
  }
}

/** What a chart takes for missing is null alone. */
function withNulls(values) {
  return values.some(Number.isNaN) ? Array.from(values, (value) => (Number.isNaN(value) ? null : value)) : values;
}
