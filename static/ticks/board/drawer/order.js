/**
 * Puts the children in this order; none that stands right already is moved, for what is moved loses the focus.
 *
 * @param {Element} parent
 * @param {Element[]} children
 */
export function place(parent, children) {
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
  while (next !== null) {
    const spare = next;
    next = next.nextElementSibling;
    spare.remove();
  }
}
