"""The browser client in a page that is hidden, or frozen."""

from __future__ import annotations

import pytest

from tests.js.speaking import SpeakingCase


@pytest.mark.browser
class HiddenTest(SpeakingCase):
    def test_hidden_for_long_it_stops_and_shown_again_it_has_what_it_missed(self) -> None:
        stream = self.stream(hiddenAfterS=0.5)
        self.hide(True)
        self.wait("feed.status.state === 'hidden'")
        self.until(lambda: not stream.connected, "it has gone")
        stream.push(5)
        self.value("window.dispatchEvent(new Event('online'))")
        self.page.wait_for_timeout(200)
        self.assertEqual((len(stream.peers), self.value("seen")), (1, [10]))
        self.hide(False)
        self.wait("seen.at(-1) === 15")
        self.assertEqual(self.value("seen"), list(range(10, 16)))
        self.assertEqual(stream.queries[-1]["from_t"], "10")

    def test_hidden_with_no_limit_it_goes_on(self) -> None:
        self.stream(hiddenAfterS=0)
        self.run_js("{ follow } from feed.js", "window.other = follow({ stream: 'main', hiddenAfterS: Infinity });")
        self.wait("other.status.state === 'live'")
        self.hide(True)
        self.page.wait_for_timeout(1300)
        self.assertEqual(self.value("[feed.status.state, other.status.state]"), ["live", "live"])

    def test_frozen_and_thawed_by_the_browser_it_goes_on(self) -> None:
        stream = self.stream()
        self.value("document.dispatchEvent(new Event('freeze'))")
        self.until(lambda: not stream.connected, "it has gone")
        stream.push(5)
        self.value("document.dispatchEvent(new Event('resume'))")
        self.wait("seen.at(-1) === 15")
        self.assertEqual(self.value("seen"), list(range(10, 16)))
        self.assertIn("hidden", [state for state, *_ in self.value("states")])

    def hide(self, hidden: bool) -> None:
        self.value(f"Object.defineProperty(document, 'hidden', {{ value: {str(hidden).lower()}, configurable: true }})")
        self.value("document.dispatchEvent(new Event('visibilitychange'))")
