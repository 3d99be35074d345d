import { Frame } from "./frame.js";

const SLOP_PX = 8;
const LEAST_PINCH_PX = 24;
const TAP_MS = 300;
const TAP_APART_PX = 30;

/**
 * Fingers: one sideways moves, two zoom about their middle, a double tap goes back. Up and down is the page's scrolling,
 * see `touch-action` in time.css: the browser takes such a finger over and tells it by `pointercancel`.
 *
 * @param {import("../gestures.js").Ground} ground
 * @param {(name: string, then: (event: Event) => void, options?: object) => void} listen
 * @returns {() => void}
 */
export function touches(ground, listen) {
  const { over, timeAt, timeline, now } = ground;
  const frame = new Frame(ground);
  const fingers = new Map();
  let isMoving = false;
  let tapped = null;

  const start = (event) => {
    if (event.pointerType !== "touch") return;
    if (fingers.size === 0) {
      frame.begin();
      isMoving = false;
    } else {
      isMoving = true;
    }
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };

  const move = (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    const before = spread(fingers);
    const movedPx = event.clientX - finger.x;
    if (!isMoving && Math.abs(movedPx) < SLOP_PX) return;
    isMoving = true;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 1) frame.pan((-movedPx * timeline.spanS) / over.clientWidth);
    else if (fingers.size === 2) pinch(before, spread(fingers));
  };

  const pinch = (before, after) => {
    const factor = Math.max(before.apartPx, LEAST_PINCH_PX) / Math.max(after.apartPx, LEAST_PINCH_PX);
    frame.zoom(factor, timeAt(after.x - over.getBoundingClientRect().left));
  };

  const lift = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    if (event.type === "pointercancel" || isMoving) tapped = null;
    else tap(event);
    if (fingers.size === 0) frame.flush();
  };

  const tap = ({ timeStamp, clientX: x, clientY: y }) => {
    const isSecond = tapped !== null && timeStamp - tapped.timeStamp < TAP_MS && apart(tapped, { x, y }) < TAP_APART_PX;
    tapped = isSecond ? null : { timeStamp, x, y };
    if (isSecond) timeline.back(now());
  };

  listen("pointerdown", start, { passive: true });
  listen("pointermove", move, { passive: true });
  listen("pointerup", lift, { passive: true });
  listen("pointercancel", lift, { passive: true });
  return () => frame.drop();
}

/** How far two fingers are apart, and where their middle is. */
function spread(fingers) {
  const [one, other = one] = fingers.values();
  return { apartPx: apart(one, other), x: (one.x + other.x) / 2 };
}

function apart(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
