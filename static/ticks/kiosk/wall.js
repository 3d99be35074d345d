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
 * @property {({column: number, row: number, span: number} | null)[]} places  by card, from 0; null: there is no room for it
 */

/**
 * As many cards as there is room for, the first ones first. High ones take two places, one below the other, where there are two.
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
  const taken = places.reduce((sum, place) => sum + (place?.span ?? 0), 0);
  return Math.abs(Math.log(shape / SHAPE)) + EMPTY * (columns * rows - taken);
}

/** Row by row; what does not fit where one is stands further down. */
function fill(areTall, columns, rows) {
  const isTaken = Array.from({ length: rows }, () => new Array(columns).fill(false));
  return areTall.map((isTall) => {
    const span = isTall ? Math.min(TALL, rows) : 1;
    for (let row = 0; row + span <= rows; row += 1) {
      const column = isTaken[row].findIndex((_, at) => isTaken.slice(row, row + span).every((line) => !line[at]));
      if (column === -1) continue;
      for (const line of isTaken.slice(row, row + span)) line[column] = true;
      return { column, row, span };
    }
    return null;
  });
}
