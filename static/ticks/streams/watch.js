import { _ } from "../i18n.js";
import { Hold } from "./hold.js";
import { Pulse } from "./pulse.js";
import { StreamList } from "./list.js";
import { Trouble } from "./trouble.js";

class SignedOut extends Error {
  message = _("you are signed out");
  isSignedOut = true;
}

/**
 * Keeps a page's list of streams up to date, and its bar of trouble.
 *
 * @param {(entries: import("./entry.js").Entry[], isOld: boolean, isHeld: boolean) => void} changed  after each answer, and
 *   each failure: `isOld` then, for nothing new is known; and when it is held, where nothing changes until it goes on
 * @returns {StreamList}
 */
export function watch(changed) {
  const root = document.getElementById("streams");
  const list = new StreamList(root);
  const retry = () => (pulse.isHeld ? hold.turn() : pulse.ask());
  const trouble = new Trouble(document.getElementById("trouble"), { retry, tick: () => list.show() });
  const pulse = new Pulse("/api/pulse/", {
    told(answer) {
      // Who was signed out is told of public streams alone: the others are not gone.
      if (root.dataset.signedIn === "true" && !answer.signed_in) throw new SignedOut();
      const local = performance.now();
      list.take(answer, () => answer.server_time + (performance.now() - local) / 1000);
      root.classList.remove("is-old");
      trouble.show(null);
      changed(list.entries, false, false);
    },
    failed(why) {
      root.classList.add("is-old");
      list.age();
      trouble.show(why);
      changed(list.entries, true, false);
    },
  });
  const hold = new Hold(pulse, (isHeld) => {
    if (!isHeld) return;
    list.stand();
    trouble.stand();
    changed(list.entries, root.classList.contains("is-old"), true);
  });
  pulse.start();
  return list;
}
