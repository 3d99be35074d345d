const LEAST_WIDTH = 300;
const LEAST_HEIGHT = 150;
/** How many times as wide as high a chart looks best. */
const SHAPE = 2.2;
/** How much an empty place counts against a better shape. */
const EMPTY = 0.4;
const TALL = 2;

/**
 * Where cards stand on a wall of equal places, which is as large as the screen: nothing is scrolled.
 *
 * @typedef {object} Wall
 * @property {number} columns
 * @property {number} rows
 * @property {(Place | null)[]} places  by card; null: there is no room for it
 *
 * @typedef {{column: number, row: number, span: number, wide: number}} Place  from 0; how many rows and columns it takes
 */

/**
 * As many cards as there is room for, the first ones first. High ones take two places, one below the other, where there are
 * two; what stands beside empty places takes these too.
 *
 * @param {boolean[]} areTall  by card, in order
 * @param {{width: number, height: number}} size  pixels
 * @returns {Wall} of all that hold the most cards, the one whose places look best
 */
export function layOut(areTall, { width, height }) {
  const [mostColumns, mostRows] = [fit(width, LEAST_WIDTH), fit(height, LEAST_HEIGHT)];
  let best = null;
  for (let columns = 1; columns <= mostColumns; columns += 1) {
    for (let rows = 1; rows <= mostRows; rows += 1) {
      const wall = { columns, rows, places: fill(areTall, columns, rows) };
      const count = wall.places.filter(Boolean).length;
      const cost = costOf(wall, width / columns / (height / rows));
      if (best === null || count > best.count || (count === best.count && cost < best.cost)) best = { wall, count, cost };
    }
  }
  return best.wall;
}

function fit(size, least) {
  return Math.max(1, Math.floor(size / least));
}

function costOf({ columns, rows, places }, shape) {
  const needed = places.reduce((sum, place) => sum + (place?.span ?? 0), 0);
  return Math.abs(Math.log(shape / SHAPE)) + EMPTY * (columns * rows - needed);
}

/** Row by row; what does not fit where one is stands further down. */
function fill(areTall, columns, rows) {
  const isTaken = Array.from({ length: rows }, () => new Array(columns).fill(false));
  const isFree = ({ row, span }, column) => isTaken.slice(row, row + span).every((line) => line[column] === false);
  const take = ({ row, span }, column) => isTaken.slice(row, row + span).forEach((line) => (line[column] = true));
  const places = areTall.map((isTall) => {
    const span = isTall ? Math.min(TALL, rows) : 1;
    for (let row = 0; row + span <= rows; row += 1) {
      const column = isTaken[row].findIndex((_, at) => isFree({ row, span }, at));
      if (column === -1) continue;
      take({ row, span }, column);
      return { column, row, span, wide: 1 };
    }
    return null;
  });
  for (const place of places.filter(Boolean)) {
    for (let at = place.column + 1; isFree(place, at); at += 1) {
      take(place, at);
      place.wide += 1;
    }
  }
  return places;
}
