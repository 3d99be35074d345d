/** @returns {string} what the server wants to see of whoever changes something */
export function csrfToken() {
  return decodeURIComponent(/(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "");
}
