export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/**
 * Gives a canvas the pixels of its place, one of its own for each of the screen's, and wipes it.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} width  CSS pixels
 * @param {number} height  CSS pixels
 * @returns {CanvasRenderingContext2D} that counts the screen's pixels
 */
export function wiped(canvas, width, height) {
  const wide = Math.round(width * devicePixelRatio);
  const high = Math.round(height * devicePixelRatio);
  if (canvas.width !== wide || canvas.height !== high) {
    Object.assign(canvas, { width: wide, height: high });
    canvas.style.width = `${wide / devicePixelRatio}px`;
    canvas.style.height = `${high / devicePixelRatio}px`;
  }
  const ctx = canvas.getContext("2d");
  ctx.clearRect(0, 0, wide, high);
  return ctx;
}
