from __future__ import annotations

from unittest.mock import patch

from tests.api.cases import ApiCase
from tests.support.cases import EPOCH
from ticks.api import gaps as view
from ticks.archive.gaps import Hole, note

URL = "/api/streams/main/gaps/"


class GapsTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        for t in (1, 4, 7):
            self.keep(t)
            note(self.archive / "main" / EPOCH, Hole(t, t + 2, 2))
        self.keep(10)

    def test_those_of_a_range_are_told_oldest_first(self) -> None:
        told = self.get(f"{URL}?from_ts=1002&to_ts=1005")
        times = {1: (1001.0, 1004.0), 4: (1004.0, 1007.0)}
        self.assertEqual(
            told,
            {
                "stream": "main",
                "from_ts": 1002.0,
                "to_ts": 1005.0,
                "more": False,
                "gaps": [
                    {
                        "reason": "unarchived",
                        "epoch": EPOCH,
                        "after_t": t,
                        "next_t": t + 3,
                        "count": 2,
                        "from_ts": from_ts,
                        "to_ts": to_ts,
                    }
                    for t, (from_ts, to_ts) in times.items()
                ],
            },
        )

    def test_without_a_range_it_is_the_last_hour(self) -> None:
        told = self.get(URL)
        self.assertEqual((told["to_ts"] - told["from_ts"], told["gaps"]), (3600.0, []))
        self.assertIn("is not before", self.get(f"{URL}?from_ts=5&to_ts=5", status=400)["detail"])

    def test_that_there_are_more_is_said(self) -> None:
        for most, more in ((2, True), (3, False)):
            with patch.object(view, "MOST", most):
                told = self.get(f"{URL}?from_ts=0&to_ts=2000")
            self.assertEqual(([gap["after_t"] for gap in told["gaps"]], told["more"]), ([1, 4, 7][:most], more))

    def test_as_a_table_each_is_a_row(self) -> None:
        table = self.answer(f"{URL}?from_ts=0&to_ts=1003&format=csv").content.decode()
        head, row = "reason,epoch,after_t,next_t,count,from_ts,to_ts", f"unarchived,{EPOCH},1,4,2,1001.0,1004.0"
        self.assertEqual(table, f"{head}\n{row}\n")
