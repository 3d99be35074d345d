import { color } from "../look/colors.js";
import { wiped } from "../board/canvas.js";

/**
 * Draws the whole of a stretch small: what lies between the least and the largest value of each bucket, and what of it
 * has been played.
 *
 * @param {HTMLCanvasElement} canvas  as large as what it is in
 * @param {{min: (number | null)[], max: (number | null)[]} | null} column  one bucket beside the other; null: not read yet
 * @param {number} part  how much was played, 0 to 1
 */
export function overview(canvas, column, part) {
  const { clientWidth, clientHeight } = canvas.parentElement;
  const ctx = wiped(canvas, clientWidth, clientHeight);
  const { width, height } = canvas;
  if (column === null) return;
  const known = (values) => values.filter((value) => value !== null);
  const [bottom, top] = [Math.min(...known(column.min)), Math.max(...known(column.max))];
  const yOf = (value) => height - 1 - ((value - bottom) / (top - bottom || 1)) * (height - 2);
  const step = width / column.min.length;
  column.min.forEach((least, i) => {
    if (least === null) return;
    const [high, low] = [yOf(column.max[i]), yOf(least)];
    ctx.fillStyle = color((i + 0.5) * step < part * width ? "series-0" : "muted");
    ctx.fillRect(i * step, high, Math.max(step, 1), Math.max(low - high, devicePixelRatio));
  });
}
