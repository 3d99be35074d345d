"""Looking at connections: each in its turn, and no more often than there are some to look at."""

from __future__ import annotations

from unittest import TestCase
from unittest.mock import Mock, patch

from monitor.serving.server import LOOK_S, MOST_PARTS, TOGETHER, PatientServer


class LooksTest(TestCase):
    def turns(self, channels: set[Mock]) -> list[tuple[float, int]]:
        """Those of one round of a server with these connections: how long until the next, and how many it looked at."""
        server = PatientServer.__new__(PatientServer)
        server.connections, server.channels = {}, channels
        server._part, server._parts = 0, 1
        turns, looked = [], 0
        with patch("monitor.serving.server.reactor") as reactor:
            while sum(wait_s for wait_s, _ in turns) < LOOK_S - 1e-9:
                server.timeout_checker()
                total = sum(channel.check_timeouts.call_count for channel in channels)
                turns.append((reactor.callLater.call_args.args[0], total - looked))
                looked = total
        return turns

    def test_each_is_looked_at_once_a_round_and_few_at_a_time(self) -> None:
        for number, parts in ((0, 1), (1, 1), (TOGETHER - 1, 1), (TOGETHER, 2), (500, 11), (3000, MOST_PARTS)):
            with self.subTest(number=number):
                channels = {Mock() for _ in range(number)}
                turns = self.turns(channels)
                self.assertEqual(len(turns), parts)
                self.assertTrue(all(channel.check_timeouts.call_count == 1 for channel in channels))
                self.assertLessEqual(max(seen for _, seen in turns), -(-number // parts))
