import { _, locale } from "../i18n.js";
import { copy } from "../look/copy.js";
import { csrfToken } from "../look/csrf.js";
import { element, setText } from "../look/dom.js";

const LIMIT_MS = 20_000;
const byId = (id) => document.getElementById(id);
const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

/**
 * One kiosk link, as the API tells it.
 *
 * @typedef {{id: string, label: string, created_by: string, expires: string, used: string | null}} Link
 */

/** The kiosk links of a stream, for staff: they are made, listed and revoked. */
export class Links {
  #url;
  #standing;
  #said = byId("links-said");
  #address = byId("links-address");

  /** @param {string} url  of the links in the API, with a slash at its end @param {import("./standing.js").Standing} standing */
  constructor(url, standing) {
    this.#url = url;
    this.#standing = standing;
    byId("links-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#try(() => this.#make());
    });
    byId("links-copy").addEventListener("click", async () => {
      const isCopied = await copy(this.#address);
      setText(this.#said, isCopied ? _("Copied.") : _("It is selected: copy it by Ctrl+C or ⌘C."));
    });
  }

  /** The panel was opened. */
  show() {
    byId("links-made").hidden = true;
    setText(this.#said, "");
    this.#try(() => this.#list());
  }

  async #make() {
    const label = byId("links-label");
    const made = await this.#ask("POST", "", { days: Number(byId("links-days").value), label: label.value });
    // By path alone: behind a proxy the server may know itself by another name.
    this.#address.value = new URL(new URL(made.address).pathname + this.#standing.ofWall(), location.href).href;
    byId("links-made").hidden = false;
    label.value = "";
    setText(this.#said, _("Made: it holds until {moment}.", { moment: momentOf(made.expires) }));
    await this.#list();
  }

  /** @param {Link} link */
  async #revoke({ id, label }) {
    if (!confirm(_("Revoke the link “{label}”? What is shown by it goes dark within seconds.", { label: nameOf(label) }))) return;
    await this.#ask("DELETE", `${id}/`);
    setText(this.#said, _("Revoked: “{label}”.", { label: nameOf(label) }));
    await this.#list();
    byId("links-title").focus();
  }

  async #list() {
    const { links } = await this.#ask("GET", "");
    byId("links-list").replaceChildren(...links.map((link) => this.#row(link)));
  }

  #row(link) {
    const name = element("strong", { textContent: nameOf(link.label) });
    const facts = element("span", { textContent: factsOf(link) });
    const revoke = element("button", { className: "button small", type: "button", textContent: _("Revoke") });
    revoke.setAttribute("aria-label", _("Revoke {label}", { label: nameOf(link.label) }));
    revoke.addEventListener("click", () => this.#try(() => this.#revoke(link)));
    return element("li", {}, element("p", {}, name, facts), revoke);
  }

  async #try(act) {
    try {
      await act();
    } catch (error) {
      setText(this.#said, _("Not done: {reason}", { reason: error.message }));
    }
  }

  async #ask(method, path, body) {
    const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
    const options = { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(LIMIT_MS) };
    const answer = await fetch(this.#url + path, options).catch(() => {
      throw new Error(_("the server did not answer"));
    });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(told.detail ?? _("the server answered {status}", { status: answer.status }));
    return told;
  }
}

function nameOf(label) {
  return label || _("without a name");
}

function factsOf({ created_by: user, expires, used }) {
  const facts = { user, expires: momentOf(expires), used: used && momentOf(used) };
  if (used === null) return _("by {user}, until {expires}, never used", facts);
  return _("by {user}, until {expires}, used {used}", facts);
}

function momentOf(iso) {
  return moment.format(new Date(iso));
}
