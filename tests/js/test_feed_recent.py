"""What tabs have of each other: messages fitted to a cursor, and the last ones kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.js.modules import ModuleCase

HERE = {"epoch": "e1", "t": 10}


def ticks(prev: int, *ts: int, last: int | None = None) -> dict[str, Any]:
    last = (ts or (prev,))[-1] if last is None else last
    first = ts[0] if ts else prev + 1
    return {"type": "ticks", "prev_t": prev, "first_t": first, "last_t": last, "ticks": [{"t": t} for t in ts]}


@pytest.mark.browser
class RecentTest(ModuleCase):
    def fit(self, message: dict[str, Any], epoch: str = "e1") -> Any:
        return self.run_js("{ fit } from feed/recent.js", "return fit(...arg);", [message, epoch, HERE])

    def test_ticks_are_fitted_to_the_cursor(self) -> None:
        for message, expected in (
            (ticks(10, 11, 12), ticks(10, 11, 12)),
            (ticks(8, 9, 10, 11, 12), ticks(10, 11, 12)),
            (ticks(8, 9, last=14), {**ticks(10, last=14), "first_t": 9}),
            (ticks(8, 9, 10), "old"),
            (ticks(11, 12), "ahead"),
        ):
            with self.subTest(message):
                self.assertEqual(self.fit(message), expected)
        self.assertEqual(self.fit(ticks(10, 11), "e2"), "ahead")

    def test_a_gap_is_believed_where_it_begins_at_the_cursor(self) -> None:
        for after_t, next_t, epoch, expected in (
            (10, 15, None, "taken"),
            (10, 1, "e2", "taken"),
            (5, 9, None, "old"),
            (5, 15, None, "ahead"),
            (12, 15, None, "ahead"),
            (5, 1, "e2", "ahead"),
        ):
            gap = {"type": "gap", "after_t": after_t, "next_t": next_t} | ({"epoch": epoch} if epoch else {})
            with self.subTest(gap):
                fitted = self.fit(gap)
                self.assertEqual(fitted, gap if expected == "taken" else expected)

    def test_the_last_messages_are_kept_and_no_more(self) -> None:
        body = """
            const recent = new Recent();
            const add = (before, t, text) => recent.add({ epoch: "e1", t: before }, { epoch: "e1", t }, text);
            const since = (t, epoch = "e1") => recent.since({ epoch, t })?.map(({ text }) => text.slice(0, 3)) ?? null;
            const long = "x".repeat(1024 * 1024);
            for (let t = 1; t <= 6; t += 1) add(t - 1, t, `${t}. ${long}`);
            const told = [since(0), since(3), since(5), since(6), since(5, "e2")];
            add(8, 9, "9. ");
            return [...told, since(5), since(8)];
        """
        self.assertEqual(
            self.run_js("{ Recent } from feed/recent.js", body),
            [None, ["4. ", "5. ", "6. "], ["6. "], ["6. "], None, None, ["9. "]],
        )

    def test_the_newest_tick_is_found_behind_messages_without_ticks(self) -> None:
        body = """
            const recent = new Recent();
            const before = recent.newest();
            const at = (t) => ({ epoch: "e1", t });
            arg.forEach((one) => recent.add(at(one.prev_t), at(one.last_t), JSON.stringify(one)));
            const { before: place, tick } = recent.newest();
            return [before, place, tick];
        """
        told = self.run_js("{ Recent } from feed/recent.js", body, [ticks(0, 1, 2, 3), ticks(3, last=9)])
        self.assertEqual(told, [None, {"epoch": "e1", "t": 2}, {"t": 3}])
