const EVERY_MS = 600_000;
const LIMIT_MS = 20_000;
const GONE = 410;
const EDITION = "X-Page-Edition";

/** Looks whether the server has another page by now: after each connection, and every ten minutes. */
export class Watch {
  #edition;
  #over;

  /**
   * @param {string} edition  of this page
   * @param {() => void} over  the link is no longer valid
   */
  constructor(edition, over) {
    this.#edition = edition;
    this.#over = over;
    setInterval(() => this.look(), EVERY_MS);
  }

  /** Loads the page anew where it is another one. That can wait while the server can't be reached. */
  async look() {
    const asked = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(LIMIT_MS) };
    const answer = await fetch(location.href, asked).catch(() => null);
    if (answer?.status === GONE) this.#over();
    else if (answer?.ok && answer.headers.get(EDITION) !== this.#edition) location.reload();
  }
}
