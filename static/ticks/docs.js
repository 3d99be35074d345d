// A classic script in the head, behind theme.js: the API's documentation follows the site's theme by a class of its own.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    const { theme } = root.dataset;
    root.classList.toggle("dark-mode", theme === undefined ? dark.matches : theme === "dark");
  };
  follow();
  dark.addEventListener("change", follow);
  document.addEventListener("themechange", follow);
})();
