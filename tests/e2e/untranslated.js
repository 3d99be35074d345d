// All words for people that can be met on the page: texts, and what is said of things without one.
() => {
  const NOT_SAID = "script, style, noscript, code, pre, [data-said], [lang]:not(html)";
  const SAYING = ["title", "aria-label", "aria-valuetext", "aria-description", "placeholder", "alt"];
  const found = new Set();
  const say = (text) => text?.trim() && found.add(text.trim());
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (!parentElement.closest(NOT_SAID) && parentElement.checkVisibility()) say(data);
  }
  for (const one of document.body.querySelectorAll("*")) {
    if (!one.closest(NOT_SAID) && one.checkVisibility()) SAYING.forEach((name) => say(one.getAttribute(name)));
  }
  say(document.title);
  return [...found];
}
