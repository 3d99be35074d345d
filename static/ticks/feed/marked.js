/** A text for people, which a page may say in its own language. @param {string} text @returns {string} the same */
export function _(text) {
  return text;
}
