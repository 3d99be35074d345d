import { gunzip } from "./gunzip.js";

const PROTOCOL = "ticks.v1";

/** One WebSocket: its messages unpacked, parsed and in order; after `close` nothing more is heard of it. */
export class Connection {
  #socket;
  #first;
  #listener;
  #work = Promise.resolve();

  /**
   * @param {string} url
   * @param {object[]} first  what is said before anything else
   * @param {object} listener
   * @param {() => void} listener.arrived  something came, as soon as it did
   * @param {(message: object, text: string, bytes: number) => void} listener.heard  a message, also as the JSON it was;
   *   `bytes`: its length as it came
   * @param {() => void} listener.garbled  what came can't be read
   * @param {(code: number) => void} listener.closed  by the other side; all that came before was heard
   */
  constructor(url, first, listener) {
    this.#first = first;
    this.#listener = listener;
    this.#socket = new WebSocket(url, PROTOCOL);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => this.#first.forEach((message) => this.say(message));
    this.#socket.onmessage = ({ data }) => {
      this.#listener?.arrived();
      this.#inOrder(() => this.#receive(data));
    };
    this.#socket.onclose = ({ code }) => this.#inOrder(() => this.#listener?.closed(code));
  }

  /** @param {object} message  dropped where the connection is not open */
  say(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  close() {
    this.#listener = null;
    this.#socket.close();
  }

  /** Unpacking takes its time: what came first is heard first, and the close after all that came before it. */
  #inOrder(job) {
    this.#work = this.#work.then(job).catch(reportError);
  }

  async #receive(data) {
    if (this.#listener === null) return;
    let [text, message] = [data, null];
    try {
      if (typeof data !== "string") text = await gunzip(data);
      message = JSON.parse(text);
    } catch {
      this.#listener?.garbled();
      return;
    }
    this.#listener?.heard(message, text, data.byteLength ?? data.length);
  }
}
