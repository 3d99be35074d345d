// A classic script in the head: a screen whose page does not run is tried again by nobody else. That is so where some of it
// did not come, and where its link is no longer valid; it is loaded anew once the server has a page to give.
(() => {
  const EVERY_MS = 60_000;
  const LIMIT_MS = 20_000;

  const look = async () => {
    if (document.documentElement.classList.contains("is-running")) return;
    const asked = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(LIMIT_MS) };
    // Where the server can't be reached, what is shown stays: a browser's own page of errors would never look again.
    const answer = await fetch(location.href, asked).catch(() => null);
    if (answer?.ok) location.reload();
  };
  setInterval(look, EVERY_MS);
})();
