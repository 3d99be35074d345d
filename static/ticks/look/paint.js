const REST_MS = 250;
const URGENT_REST_MS = 100;
const CALM_REST_MS = 1000;

/**
 * Makes a function that asks for a repaint: at most four a second, ten where it is urgent, one where the viewer wants less
 * motion, none while the page is hidden and one when it is shown again.
 *
 * @param {() => void} draw
 * @returns {(isUrgent?: boolean) => void}  urgent: what is drawn is no longer what was asked for
 */
export function painter(draw) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let asked = Infinity;
  let timer = 0;
  let frame = 0;
  let drawnAt = -Infinity;

  const paint = () => {
    asked = Infinity;
    drawnAt = performance.now();
    draw();
  };
  const request = (isUrgent = false) => {
    const rest = isUrgent ? URGENT_REST_MS : REST_MS;
    const due = drawnAt + (calm.matches ? CALM_REST_MS : rest);
    if (asked <= due) return;
    asked = due;
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    // A hidden page gets no animation frame, so what is asked there waits for its return.
    timer = setTimeout(() => (frame = requestAnimationFrame(paint)), Math.max(0, due - performance.now()));
  };
  document.addEventListener("visibilitychange", () => document.hidden || request());
  return request;
}
