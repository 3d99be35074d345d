const REST_MS = 3000;

/** Hides the pointer while it rests. @param {HTMLElement} root  gets the class `is-idle` */
export function hidePointer(root) {
  let timer = 0;
  const moved = () => {
    root.classList.remove("is-idle");
    clearTimeout(timer);
    timer = setTimeout(() => root.classList.add("is-idle"), REST_MS);
  };
  addEventListener("pointermove", moved, { passive: true });
  moved();
}
