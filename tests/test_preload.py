from __future__ import annotations

import time
from typing import Any
from unittest.mock import patch

from tests.api.cases import ApiCase
from tests.support.cases import NEXT_EPOCH
from ticks import preload
from ticks.preload import first_window, order

API = "/api/streams/main/"
WINDOW_S = 300


class FirstWindowTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.began = time.time() - 100

    def first(self, *paths: str, url: str | None = None) -> dict[str, Any] | None:
        return first_window(self.store(url=url), API, paths, WINDOW_S)

    def fill(self) -> None:
        """1 and 2 are older than what is shown."""
        self.keep(1, 2, at=self.began - 1000)
        self.keep(3, 4, at=self.began)
        self.publish(5, 6, prev_t=4, n=5, at=self.began)

    def test_its_address_gives_all_ticks_of_the_window_whole(self) -> None:
        self.fill()
        first = self.first("value")
        assert first is not None
        page = self.get(first["url"])
        self.assertEqual([tick["value"] for tick in page["ticks"]], [3, 4, 5, 6])
        self.assertEqual((page["next"], page["next_t"]), (None, 6))
        self.assertEqual(first["paths"], ["value"])
        self.assertLess(first["from"], time.time() - WINDOW_S)

    def test_paths_may_have_any_character(self) -> None:
        self.fill()
        first = self.first("a,b", "value")
        assert first is not None
        self.assertEqual(self.get(first["url"])["ticks"][0]["value"], 3)

    def test_there_is_none_where_ticks_are_not_shown_one_by_one(self) -> None:
        self.fill()
        for most, is_there in ((4, True), (3, False)):
            with patch.object(preload, "MOST_TICKS", most):
                self.assertEqual(self.first("value") is not None, is_there)

    def test_there_is_none_where_there_is_nothing_to_be_shown(self) -> None:
        self.assertIsNone(self.first("value"))
        self.keep(1, 2, at=self.began - 1000)
        self.publish(3, prev_t=2, n=3, at=self.began - 1000)
        self.assertIsNone(self.first("value"))
        self.publish(4, prev_t=3, n=4, at=self.began)
        self.assertIsNone(self.first())
        self.assertIsNotNone(self.first("value"))

    def test_there_is_none_where_the_numbering_began_anew_within_it(self) -> None:
        self.fill()
        self.publish(1, prev_t=0, n=1, epoch=NEXT_EPOCH, at=self.began + 10)
        self.assertIsNone(self.first("value"))

    def test_there_is_none_while_redis_is_away(self) -> None:
        self.fill()
        self.assertIsNone(self.first("value", url="unix:///nowhere/valkey.sock"))

    def test_what_the_newest_tick_has_comes_first_in_its_order(self) -> None:
        latest = {"t": 1, "ts": 1.0, "z": 1, "cpu": {"user": 1, "cores": [1, 2]}, "new": 5}
        known = ["a", "cpu.cores.0", "cpu.cores.1", "cpu.user", "z"]
        self.assertEqual(order(known, latest), ["z", "cpu.user", "cpu.cores.0", "cpu.cores.1", "a"])
        self.assertEqual(order(known, None), known)

    def test_there_are_no_more_paths_than_can_be_asked_for_at_once(self) -> None:
        self.fill()
        first = self.first(*(f"field_{n}" for n in range(200)))
        assert first is not None
        self.assertEqual(len(first["paths"]), preload.MOST_PATHS)
        self.get(first["url"])
