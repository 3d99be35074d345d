import { cause, gapAt } from "../data/gaps.js";
import { _ } from "../i18n.js";
import { number } from "../look/units.js";
import { momentWords } from "../time/words.js";

const MOST = 8;
/** Where each has another one beside it. */
const MOST_COMPARED = 4;

/**
 * What a chart has at a time, in words.
 *
 * @param {import("../board/chart/chart.js").Sheet} sheet
 * @param {number} at  UNIX seconds, one of its stops
 * @param {number} now  UNIX seconds
 * @returns {string} "12:00:01: user 12.3 %, system 4.0 %"; compared "12:00:01: user 12.3 %, 1 day earlier: 11.1 %, difference
 *   +1.20 (+10.8 %); compared with 21 Nov 12:00:02"
 */
export function wordsAt(sheet, at, now) {
  const time = momentWords(at, now);
  const gap = gapAt(sheet.gaps, at);
  const nothing = gap ? _("{time}: no data: {why}", { time, why: cause(gap.reason) }) : "";
  if (gap && !sheet.said) return nothing;
  const row = gap ? null : sheet.x.indexOf(at);
  const compared = sheet.said?.({ x: at, row });
  const told = linesOf(sheet, compared ? MOST_COMPARED : MOST, ({ label, i }) => {
    const own = gap ? label : `${label} ${valueAt(sheet, i, row)}`;
    return compared ? `${own}, ${compared.lines[i]}` : own;
  });
  if (compared && compared.at !== null) told.push(_("compared with {time}", { time: momentWords(compared.at, now) }));
  const list = told.join(compared ? "; " : ", ");
  return gap ? `${nothing}; ${list}` : `${time}: ${list}`;
}

function linesOf({ lines }, most, words) {
  const shown = lines.map((line, i) => ({ ...line, i })).filter(({ isShown }) => isShown);
  const told = shown.slice(0, most).map(words);
  return shown.length > most ? [...told, _("{count} more", { count: shown.length - most })] : told;
}

/** Where a point stands for many ticks, also how far they reach. */
function valueAt({ mean, min, max, isWhole, scale }, line, row) {
  if (!(mean[line][row] <= Infinity)) return _("no data");
  const written = (values) => number(values[line][row], scale);
  const value = `${written(mean)} ${scale.suffix}`.trimEnd();
  return isWhole ? value : _("{mean}, from {least} to {largest}", { mean: value, least: written(min), largest: written(max) });
}
