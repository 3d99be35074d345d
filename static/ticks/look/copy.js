/** @param {HTMLElement} from @returns {Promise<boolean>} whether its text, or its value, is copied; if not, it is selected */
export async function copy(from) {
  const isField = from instanceof HTMLInputElement;
  try {
    await navigator.clipboard.writeText(isField ? from.value : from.textContent);
    return true;
  } catch {
    // Over plain http, from another address than this machine's own, a browser has no clipboard for scripts.
    if (isField) from.select();
    else getSelection().selectAllChildren(from);
    return document.execCommand("copy");
  }
}
