import { element } from "../../look/dom.js";
import { Frame } from "./frame.js";

const CLICK_PX = 5;

/**
 * The mouse: a drag selects what is shown next, with Shift it moves; Escape takes it back.
 *
 * @param {import("../gestures.js").Ground} ground
 * @param {(name: string, then: (event: Event) => void, options?: object) => void} listen
 * @returns {() => void}
 */
export function drags(ground, listen) {
  const { over, timeAt, timeline, now } = ground;
  const frame = new Frame(ground);
  const box = element("div", { className: "time-selection", hidden: true });
  over.append(box);
  let drag = null;
  let wasDragged = false;

  const xOf = ({ clientX }) => Math.min(Math.max(clientX - over.getBoundingClientRect().left, 0), over.clientWidth);

  const start = (event) => {
    wasDragged = false;
    const { pointerId, pointerType, button, shiftKey, ctrlKey, altKey, metaKey } = event;
    if (pointerType === "touch" || button !== 0 || ctrlKey || altKey || metaKey) return;
    drag = { pointerId, isPan: shiftKey, isMoving: false, from: xOf(event), to: xOf(event), lastX: event.clientX };
    document.addEventListener("keydown", escape, { capture: true });
    // Wherever the pointer goes: browsers do not always let a chart capture it.
    for (const [name, then] of during) document.addEventListener(name, then, { passive: true });
  };

  const move = (event) => {
    if (drag === null || event.pointerId !== drag.pointerId) return;
    drag.to = xOf(event);
    if (!drag.isMoving && Math.abs(event.clientX - drag.lastX) < CLICK_PX) return;
    if (!drag.isMoving) begin();
    if (drag.isPan) {
      frame.pan((-(event.clientX - drag.lastX) * timeline.spanS) / over.clientWidth);
      drag.lastX = event.clientX;
    } else {
      box.style.left = `${Math.min(drag.from, drag.to)}px`;
      box.style.width = `${Math.abs(drag.to - drag.from)}px`;
    }
  };

  const begin = () => {
    drag.isMoving = true;
    over.setPointerCapture(drag.pointerId);
    over.classList.toggle("is-panning", drag.isPan);
    box.hidden = drag.isPan;
    frame.begin();
  };

  const finish = (event) => {
    if (drag === null || event.pointerId !== drag.pointerId) return;
    const { isPan, isMoving, from, to } = drag;
    end();
    wasDragged = isMoving;
    if (isPan) frame.flush();
    else if (Math.abs(to - from) >= CLICK_PX) select(Math.min(from, to), Math.max(from, to));
  };

  const select = (left, right) => {
    const [from, to] = [timeAt(left), timeAt(right)];
    if (from < to) timeline.show(from, to, now());
  };

  const cancel = () => {
    if (drag === null) return;
    const { isPan } = drag;
    end();
    frame.drop();
    if (isPan && frame.hasChanged) timeline.back(now());
  };

  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    wasDragged = drag.isMoving;
    cancel();
  };

  const end = () => {
    if (drag !== null && over.hasPointerCapture(drag.pointerId)) over.releasePointerCapture(drag.pointerId);
    drag = null;
    box.hidden = true;
    over.classList.remove("is-panning");
    document.removeEventListener("keydown", escape, { capture: true });
    for (const [name, then] of during) document.removeEventListener(name, then);
  };

  const lose = (event) => event.pointerId === drag?.pointerId && cancel();
  const during = [["pointermove", move], ["pointerup", finish], ["pointercancel", lose]];
  listen("pointerdown", start, { passive: true });
  // The click that a browser makes of a drag is none.
  listen("click", (event) => wasDragged && event.stopImmediatePropagation(), { capture: true });
  return () => {
    end();
    frame.drop();
    box.remove();
  };
}
