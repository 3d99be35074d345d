const AGAIN_MS = 2000;

/**
 * Loads a part of the program that was not needed at first; while the server can't be reached, again and again.
 *
 * @template T
 * @param {() => Promise<T>} load  an `import()`
 * @returns {Promise<T>}
 */
export async function later(load) {
  for (;;) {
    try {
      return await load();
    } catch (error) {
      reportError(error);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
