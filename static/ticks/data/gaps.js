import { _ } from "../i18n.js";
import { firstAtOrAfter } from "./track.js";

const KEPT = 500;
const GAP_INTERVALS = 2.5;
const SAMPLED = 64;

const CAUSES = {
  silent: _("nothing was sent"),
  clock: _("the source's clock was set"),
  expired: _("no longer kept"),
  slow: _("skipped, this browser was too slow"),
  lost: _("lost"),
  damaged: _("damaged in the archive"),
  unarchived: _("not stored"),
  epoch: _("the numbering began anew"),
  unstored: _("nothing is stored"),
  offline: _("this page has no connection"),
};

/**
 * A stretch of time without data.
 *
 * @typedef {{from: number, to: number, reason: string}} Gap  UNIX seconds of the ticks on either side
 */

/** The stretches of a stream of which it is known why there is no data. */
export class Gaps {
  /** @type {Map<string, Gap>} */
  #known = new Map();

  /** @param {{from: number | null, to: number | null, reason: string}} gap  null: there is no tick on that side */
  add({ from, to, reason }) {
    const gap = { from: from ?? -Infinity, to: to ?? Infinity, reason };
    this.#known.set(`${gap.from} ${gap.to}`, gap);
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value);
  }

  /** @param {number} from  UNIX seconds @param {number} to @returns {Gap[]} those that reach into this time */
  between(from, to) {
    return [...this.#known.values()].filter((gap) => gap.to > from && gap.from < to);
  }
}

/**
 * Where a range has no data, and why.
 *
 * @param {import("./track.js").Track} track
 * @param {import("./track.js").View} view  of it
 * @param {object} sight
 * @param {number} sight.from  UNIX seconds
 * @param {number} sight.to
 * @param {number} sight.patience  longest quiet that is no gap, seconds
 * @param {Gap[]} sight.known
 * @param {string} sight.quiet  why there is nothing at its end
 * @returns {Gap[]} in order
 */
export function gapsOf(track, { x }, { from, to, patience: present, known, quiet }) {
  const patience = Math.max(present, patienceOf(x, track.width));
  const slack = Math.max(patience, 1.5 * track.width);
  const isKnown = (hole) => known.some((gap) => gap.from < hole.to && gap.to > hole.from);
  const holes = track.holes({ x }, patience).map((hole) => ({ ...hole, reason: "silent" }));
  if (x.length > 0) {
    if (x[0] - from > slack) holes.unshift({ from: -Infinity, to: x[0], reason: "unstored" });
    if (to - x.at(-1) > slack) holes.push({ from: x.at(-1), to: Infinity, reason: quiet });
  }
  const told = known.map((gap) => between(gap, x, track.width / 2));
  return [...told, ...holes.filter((hole) => !isKnown(hole))].sort((a, b) => a.from - b.from);
}

/** @param {Gap[]} gaps @param {number} x  UNIX seconds @returns {Gap | undefined} the one that x lies in */
export function gapAt(gaps, x) {
  return gaps.find(({ from, to }) => x > from && x < to);
}

/** @param {string} reason @returns {string} for people */
export function cause(reason) {
  return CAUSES[reason] ?? reason;
}

/** The past may have had another rhythm than the present. Where every bucket has ticks it is not to be seen. */
function patienceOf(x, width) {
  if (x.length < 3) return 0;
  const step = Math.ceil((x.length - 1) / SAMPLED);
  const apart = new Float64Array(Math.floor((x.length - 1) / step));
  for (let i = 0; i < apart.length; i += 1) apart[i] = x[i * step + 1] - x[i * step];
  const usual = apart.sort()[apart.length >> 1];
  return usual > 1.5 * width ? GAP_INTERVALS * usual : 0;
}

/** A bucket at the edge of a gap stands in its own middle, which may lie within the gap. */
function between({ from, to, reason }, x, reach) {
  const [first, last] = [x[firstAtOrAfter(x, from)], x[firstAtOrAfter(x, to) - 1]];
  const gap = { from: first - from <= reach ? first : from, to: to - last <= reach ? last : to, reason };
  return gap.from < gap.to ? gap : { from, to, reason };
}
