from __future__ import annotations

from tests.api.cases import ApiCase
from tests.support.cases import EPOCH

URL = "/api/streams/main/series/?from_ts=1000&to_ts=1010&points=10&fields=value"


class ThroughTest(ApiCase):
    def test_it_names_the_newest_tick_that_was_looked_at_also_beyond_the_range(self) -> None:
        self.assertIsNone(self.get(URL)["through"])
        self.keep(1, 2)
        self.publish(3, 400, prev_t=2, n=3)
        told = self.get(URL)
        self.assertEqual((told["through"], told["through_ts"]), ({"epoch": EPOCH, "t": 400}, 1400.0))
        self.assertEqual(sum(told["fields"]["value"]["count"]), 3)

    def test_while_redis_is_away_it_is_the_newest_that_is_archived(self) -> None:
        self.keep(1, 2)
        self.publish(3, prev_t=2, n=3)
        self.use("redis://127.0.0.1:1/0")
        told = self.get(URL)
        self.assertEqual((told["through"], sum(told["fields"]["value"]["count"])), ({"epoch": EPOCH, "t": 2}, 2))
        self.assertEqual(told["through_ts"], 1002.0)
