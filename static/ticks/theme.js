// A classic script in the head, so that the chosen theme is there before the first paint.
(() => {
  const KEY = "tick-monitor-theme";
  const ORDER = ["auto", "light", "dark"];
  const WORDS = { auto: "Auto", light: "Light", dark: "Dark" };
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
      button.querySelector(".theme-word").textContent = WORDS[theme];
      button.setAttribute("aria-label", `Theme: ${WORDS[theme]}`);
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
