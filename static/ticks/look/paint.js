const REST_MS = 250;
const CALM_REST_MS = 1000;

/**
 * Makes a function that asks for a repaint: at most four a second, one where the viewer wants less motion, none while
 * the page is hidden and one when it is shown again.
 *
 * @param {() => void} draw
 * @returns {() => void}
 */
export function painter(draw) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let asked = false;
  let drawnAt = -Infinity;

  const paint = () => {
    asked = false;
    drawnAt = performance.now();
    draw();
  };
  const request = () => {
    if (asked) return;
    asked = true;
    const rest = calm.matches ? CALM_REST_MS : REST_MS;
    const wait = Math.max(0, drawnAt + rest - performance.now());
    // A hidden page gets no animation frame, so what is asked there waits for its return.
    setTimeout(() => requestAnimationFrame(paint), wait);
  };
  document.addEventListener("visibilitychange", () => document.hidden || request());
  return request;
}
