import { MIXED } from "../../data/runs.js";

/**
 * A piece of a bar in one value.
 *
 * @typedef {{left: number, right: number, value: import("../../data/runs.js").Value}} Segment  whole pixels
 */

/**
 * @param {import("../../data/runs.js").Run[]} runs  in order
 * @param {import("../../data/gaps.js").Gap[]} gaps  in order
 * @returns {import("../../data/runs.js").Run[]} what of the runs lies in no gap
 */
export function outside(runs, gaps) {
  const kept = [];
  let first = 0;
  for (const { from, to, value } of runs) {
    while (first < gaps.length && gaps[first].to <= from) first += 1;
    let begin = from;
    for (let i = first; i < gaps.length && gaps[i].from < to; i += 1) {
      if (gaps[i].from >= begin) kept.push({ from: begin, to: gaps[i].from, value });
      begin = Math.max(begin, gaps[i].to);
    }
    if (begin <= to) kept.push({ from: begin, to, value });
  }
  return kept;
}

/**
 * Runs as pixels of a bar. Each run has one pixel at least, so that no short one is lost; a pixel with several is MIXED.
 *
 * @param {import("../../data/runs.js").Run[]} runs  in order
 * @param {{from: number, to: number}} sight  UNIX seconds at both ends of the bar
 * @param {number} width  of the bar, pixels
 * @returns {Segment[]} from left to right
 */
export function segments(runs, { from, to }, width) {
  const found = [];
  const pixel = (x) => Math.round(((x - from) / (to - from)) * width);
  for (const run of runs) {
    if (run.to < from || run.from > to) continue;
    const left = Math.min(Math.max(pixel(run.from), 0), width - 1);
    place(found, { left, right: Math.min(Math.max(pixel(run.to), left + 1), width), value: run.value });
  }
  return merged(found);
}

function place(found, segment) {
  const before = found.at(-1);
  if (!before || segment.right > before.right) {
    found.push({ ...segment, left: Math.max(segment.left, before?.right ?? 0) });
  } else if (before.value !== segment.value) {
    if (before.right - before.left === 1) before.value = MIXED;
    else {
      before.right -= 1;
      found.push({ ...segment, left: before.right, right: before.right + 1 });
    }
  }
}

function merged(found) {
  const joined = [];
  for (const segment of found) {
    const before = joined.at(-1);
    if (before && before.value === segment.value && before.right === segment.left) before.right = segment.right;
    else joined.push(segment);
  }
  return joined;
}
