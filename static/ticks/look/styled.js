import { element } from "./dom.js";

/**
 * Has a style sheet that was not needed at first.
 *
 * @param {string} name  of the file in styles/, without its ending
 * @returns {Promise<void>} once it applies
 * @throws {Error} where it can't be had
 */
export function styled(name) {
  const href = new URL(`../styles/${name}.css`, import.meta.url).href;
  const link = element("link", { rel: "stylesheet", href });
  return new Promise((resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error(`${href} could not be had`));
    });
    document.head.append(link);
  });
}
