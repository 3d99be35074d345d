/** The tabs of one browser that go by the same name: one of them leads, all hear what one says. */
export class Group {
  #name;
  #hear;
  #onLead;
  #onDeposed;
  #channel = null;
  #waiting = null;
  #retire = null;

  /** Tells this tab's messages from the others'. */
  id = crypto.randomUUID();

  /**
   * Needs `navigator.locks`, which plain http away from this machine has not, and `BroadcastChannel`.
   *
   * @returns {boolean}
   */
  static get isPossible() {
    return globalThis.navigator?.locks !== undefined && globalThis.BroadcastChannel !== undefined;
  }

  /**
   * @param {string} name
   * @param {object} listener
   * @param {(message: object) => void} listener.hear  gets what another tab says, unless it is meant for a third one
   * @param {() => void} listener.lead  this tab leads from now on
   * @param {() => void} listener.deposed  another tab took it for dead and leads now
   */
  constructor(name, { hear, lead, deposed }) {
    this.#name = name;
    this.#hear = hear;
    this.#onLead = lead;
    this.#onDeposed = deposed;
  }

  /** @returns {boolean} */
  get isIn() {
    return this.#channel !== null;
  }

  /** @returns {boolean} whether this tab leads */
  get leads() {
    return this.#retire !== null;
  }

  join() {
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => {
      if (data.to === undefined || data.to === this.id) this.#hear(data);
    };
    this.#queue();
  }

  /** The next in line leads, where this tab did. */
  leave() {
    this.#channel?.close();
    this.#channel = null;
    this.#waiting?.abort();
    this.#retire?.();
    this.#retire = null;
  }

  /** Leads at once: who does now gives no answer. */
  seize() {
    this.#waiting?.abort();
    this.#request({ steal: true });
  }

  /** @param {object} message */
  say(message) {
    this.#channel?.postMessage({ from: this.id, ...message });
  }

  #queue() {
    this.#waiting = new AbortController();
    this.#request({ signal: this.#waiting.signal });
  }

  #request(options) {
    const channel = this.#channel;
    let led = false;
    const term = () => {
      if (channel !== this.#channel) return undefined;
      led = true;
      const over = new Promise((resolve) => (this.#retire = resolve));
      this.#onLead();
      return over;
    };
    // It rejects where this tab left the queue, and where another one seized what it held.
    navigator.locks.request(this.#name, options, term).catch(() => {
      if (!led || channel !== this.#channel || channel === null) return;
      this.#retire = null;
      this.#queue();
      this.#onDeposed();
    });
  }
}
