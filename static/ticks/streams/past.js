import { getJson } from "./pulse.js";

const SPAN_S = 900;
const POINTS = 45;
const AGAIN_MS = 30000;
const AT_ONCE = 3;

/**
 * How many ticks a second there were of late.
 *
 * @typedef {object} Past
 * @property {number[]} ts  middles of the buckets, UNIX seconds
 * @property {number[]} rates  ticks a second in each
 * @property {number} from  UNIX seconds
 * @property {number} to  UNIX seconds
 * @property {number} intervalS  between two ticks while there were any; NaN where that can't be told
 * @property {number} lastTs  when the newest archived tick was made, UNIX seconds; NaN: there is none
 */

/** The last 15 minutes of streams, for those that are in sight, a few at a time. */
export class Pasts {
  #got;
  #askedAt = new Map();
  #paths = new Map();
  #queue = [];
  #running = 0;

  /** @param {(name: string, past: Past | Error) => void} got */
  constructor(got) {
    this.#got = got;
  }

  /** Asks for those that were not asked for within the last 30 s. @param {Iterable<string>} names */
  want(names) {
    const now = performance.now();
    for (const name of names) {
      if (now - (this.#askedAt.get(name) ?? -Infinity) < AGAIN_MS) continue;
      this.#askedAt.set(name, now);
      this.#queue.push(name);
    }
    while (this.#running < AT_ONCE && this.#queue.length > 0) this.#next(this.#queue.shift());
  }

  async #next(name) {
    this.#running += 1;
    try {
      this.#got(name, await this.#read(name));
    } catch (error) {
      this.#got(name, error);
    }
    this.#running -= 1;
    this.want([]);
  }

  async #read(name) {
    const base = `/api/streams/${name}`;
    if (!this.#paths.has(name)) {
      const { fields } = await getJson(`${base}/fields/`);
      const number = fields.find(({ type }) => type === "number");
      const lastTs = Math.max(...fields.map(({ last_ts: ts }) => ts));
      if (!number) return pastOf(null, "", Number.isFinite(lastTs) ? lastTs : NaN);
      this.#paths.set(name, { path: number.path, lastTs });
    }
    const { path, lastTs } = this.#paths.get(name);
    const query = new URLSearchParams({ fields: path, points: POINTS, from_ts: -SPAN_S });
    return pastOf(await getJson(`${base}/series/?${query}`), path, lastTs);
  }
}

/**
 * @param {object | null} series  an answer of the series; null: there is none
 * @param {string} path  of a number that all ticks have
 * @param {number} lastTs  see Past
 * @returns {Past}
 */
export function pastOf(series, path, lastTs) {
  if (series === null) return { ts: [], rates: [], from: 0, to: 0, intervalS: NaN, lastTs };
  const { ts, width_s: width, to_ts: end, fields } = series;
  const counts = fields[path].count;
  // The bucket that is being filled would look like a fall.
  const whole = counts.slice(0, -1);
  return {
    ts: ts.slice(0, -1).map((start) => start + width / 2),
    rates: whole.map((count) => count / width),
    from: ts[0],
    to: end - width,
    intervalS: intervalOf(counts, width),
    lastTs,
  };
}

function intervalOf(counts, width) {
  const filled = counts.flatMap((count, at) => (count > 0 ? [at] : []));
  if (filled.length < 2) return NaN;
  const total = filled.reduce((sum, at) => sum + counts[at], 0);
  // Between the first and the last filled bucket, one of them is half there on either side.
  return ((filled.at(-1) - filled[0]) * width) / Math.max(1, total - (counts[filled[0]] + counts[filled.at(-1)]) / 2);
}
