"""What a subscriber is told first."""

from __future__ import annotations

import asyncio
import gzip
import json
from unittest.mock import patch

from tests.live.test_relay import LiveCase
from tests.support.cases import EPOCH
from tests.support.lines import encode
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.live import greeting
from ticks.live.feed import AT_ONCE_BYTES, Feed
from ticks.live.greeting import hello
from ticks.live.threads import in_reading_thread
from ticks.protocol import TICKS_V1
from ticks.selection import ALL
from ticks.session import in_force


class HelloTest(LiveCase):
    async def hello(self, feed: Feed, t: int, size: int) -> tuple[bytes, int]:
        """Of a stream whose newest tick is so large; and how often that was encoded in a thread."""
        line = encode({"pad": "x" * size}, t, 1000.0 + t)
        feed.relay.ring.begin(Batch.of(EPOCH, t - 1, t, [line]))
        with patch.object(greeting, "in_reading_thread", side_effect=in_reading_thread) as threads:
            [frame] = await hello(feed, Cursor(EPOCH, t), TICKS_V1, in_force(ALL))
        assert isinstance(frame, bytes)
        told = json.loads(gzip.decompress(frame))
        self.assertEqual((told["newest_t"], told["latest"]["t"], told["cursor"]["t"]), (t, t, t))
        return frame, threads.call_count

    async def test_a_large_newest_tick_is_encoded_away_from_the_event_loop(self) -> None:
        await asyncio.to_thread(self.fill)
        feed = await self.feed()
        self.assertEqual((await self.hello(feed, 15, 2000))[1], 0)
        self.assertEqual((await self.hello(feed, 16, AT_ONCE_BYTES))[1], 1)
        await self.end()
