import { Frame } from "./frame.js";

const LINE_PX = 16;
const REST_MS = 400;
const WHEEL_RATE = 0.002;
const PINCH_RATE = 0.01;
/** A wheel's notch is a hundred pixels or so; a trackpad tells a pinch in steps of a few. */
const LEAST_NOTCH_PX = 40;
const MOST_AT_ONCE = 2;

/**
 * The wheel and the trackpad: with Ctrl, Shift or Meta, and by a pinch, it zooms about the pointer; sideways it moves.
 * Up and down alone it is left to the page.
 *
 * @param {import("../gestures.js").Ground} ground
 * @param {(name: string, then: (event: Event) => void, options?: object) => void} listen
 * @returns {() => void}
 */
export function wheel(ground, listen) {
  const { over, timeAt, timeline } = ground;
  const frame = new Frame(ground);
  let turnedAt = -Infinity;

  const turn = (event) => {
    const unit = unitOf(event, over);
    const [x, y] = [event.deltaX * unit, event.deltaY * unit];
    const isZoom = event.ctrlKey || event.shiftKey || event.metaKey;
    if (!isZoom && Math.abs(x) <= Math.abs(y)) return;
    event.preventDefault();
    if (event.timeStamp - turnedAt > REST_MS) frame.begin();
    turnedAt = event.timeStamp;
    // Some systems turn the wheel sideways while Shift is held.
    if (isZoom) frame.zoom(factorOf(y || x, event.ctrlKey), timeAt(event.clientX - over.getBoundingClientRect().left));
    else frame.pan((x * timeline.spanS) / over.clientWidth);
  };

  listen("wheel", turn, { passive: false });
  return () => frame.drop();
}

function unitOf({ deltaMode }, over) {
  if (deltaMode === WheelEvent.DOM_DELTA_PIXEL) return 1;
  return deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : over.clientHeight;
}

function factorOf(delta, ctrlKey) {
  const rate = ctrlKey && Math.abs(delta) < LEAST_NOTCH_PX ? PINCH_RATE : WHEEL_RATE;
  return Math.min(Math.max(Math.exp(delta * rate), 1 / MOST_AT_ONCE), MOST_AT_ONCE);
}
