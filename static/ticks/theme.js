// A classic script in the head, so that the chosen theme is there before the first paint.
(() => {
  const KEY = "tick-monitor-theme";
  const ORDER = ["auto", "light", "dark"];
  const root = document.documentElement;

  const remembered = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // Storage may be forbidden; the theme then lasts as long as the page.
    }
  };
  const remember = (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // As above.
    }
  };
  const apply = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
  };

  let theme = ORDER.includes(remembered()) ? remembered() : "auto";
  apply(theme);

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const label = () => {
      // The server wrote the words, in the page's language.
      const word = button.dataset[theme];
      button.querySelector(".theme-word").textContent = word;
      button.setAttribute("aria-label", `${button.dataset.label} ${word}`);
    };
    label();
    button.addEventListener("click", () => {
      theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
      apply(theme);
      remember(theme);
      label();
      document.dispatchEvent(new Event("themechange"));
    });
  });
})();
