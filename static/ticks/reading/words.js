import { cause, gapAt } from "../data/gaps.js";
import { _ } from "../i18n.js";
import { number } from "../look/units.js";
import { momentWords } from "../time/words.js";

const MOST = 8;

/**
 * What a chart has at a time, in words.
 *
 * @param {import("../board/chart/chart.js").Sheet} sheet
 * @param {number} at  UNIX seconds, one of its stops
 * @param {number} now  UNIX seconds
 * @returns {string} "12:00:01: user 12.3 %, system 4.0 %"
 */
export function wordsAt(sheet, at, now) {
  const time = momentWords(at, now);
  const gap = gapAt(sheet.gaps, at);
  if (gap) return _("{time}: no data: {why}", { time, why: cause(gap.reason) });
  const row = sheet.x.indexOf(at);
  const lines = sheet.lines.map((line, i) => ({ ...line, i })).filter(({ isShown }) => isShown);
  const told = lines.slice(0, MOST).map(({ label, i }) => `${label} ${valueAt(sheet, i, row)}`);
  if (lines.length > MOST) told.push(_("{count} more", { count: lines.length - MOST }));
  return `${time}: ${told.join(", ")}`;
}

/** Where a point stands for many ticks, also how far they reach. */
function valueAt({ mean, min, max, isWhole, scale }, line, row) {
  if (!(mean[line][row] <= Infinity)) return _("no data");
  const written = (values) => number(values[line][row], scale);
  const value = `${written(mean)} ${scale.suffix}`.trimEnd();
  return isWhole ? value : _("{mean}, from {least} to {largest}", { mean: value, least: written(min), largest: written(max) });
}
