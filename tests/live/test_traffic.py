"""What the subscribers of a feed are sent: counted by the batch, whichever way it goes, and stamped alike for all."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

from isal import isal_zlib

from tests.live.peers import Peer
from tests.live.test_relay import LiveCase
from tests.support.lines import encode
from tests.support.waiting import auntil
from ticks.batch import Batch
from ticks.framing import framed
from ticks.live.delivery import Delivery
from ticks.live.relayed import Relayed
from ticks.live.subscriber import Subscriber
from ticks.packing import Frame, Packing
from ticks.protocol import PLAIN, TICKS_V1, Dialect, ticks_v1
from ticks.query import Gathering, Query
from ticks.selection import ALL

PAD = "x" * 200


class TrafficTest(LiveCase):
    """Ticks 1 to 14 are stored; 15 to 24 come live, as one batch that is large enough to be packed."""

    async def prepare(self) -> None:
        await asyncio.to_thread(self.fill)
        self.feed_ = await self.feed()
        self.failures: list[Exception] = []
        self.begun: list[Subscriber] = []

    async def begin(self, peer: Peer, dialect: Dialect, query: Query) -> None:
        delivery = Delivery(self.feed_, query, dialect, None, self.failures.append, peer)
        delivery.go()
        self.begun.append(delivery)
        await auntil(lambda: delivery._task is None, "it is at the tip")

    async def live(self) -> Batch:
        lines = [encode({"pad": PAD}, t, 1000.0 + t) for t in range(15, 25)]
        batch = Batch.of("0mwpx6cq0aaaa", 14, 15, lines)
        await self.feed_.relay._apply(batch)
        return batch

    async def finish(self) -> None:
        for subscriber in self.begun:
            subscriber.end()
        self.assertEqual((self.feed_.subscribers, self.failures), (0, []))
        await self.end()

    def counted(self) -> tuple[int, int]:
        return self.feed_.traffic.sent_bytes, self.feed_.traffic.unpacked_bytes

    async def test_all_that_goes_out_is_counted_as_it_goes_out_and_as_it_came(self) -> None:
        await self.prepare()
        peers = [Peer() for _ in range(4)]
        await self.begin(peers[0], TICKS_V1, Query(from_t=14))
        await self.begin(peers[1], TICKS_V1, Query(from_t=14))
        await self.begin(peers[2], PLAIN, Query(from_t=14))
        await self.begin(peers[3], TICKS_V1, Query(from_t=14, gathering=Gathering(50, 0)))
        self.assertEqual((self.counted(), self.feed_.subscribers), ((0, 0), 4))
        batch = await self.live()
        await auntil(lambda: all(peer.ts == list(range(15, 25)) for peer in peers), "all have it")
        packed, plain = len(batch.form(TICKS_V1.ready)), len(batch.form(PLAIN.ready))
        self.assertLess(3 * packed, plain)
        self.assertEqual(self.counted(), (3 * packed + plain, 4 * batch.raw_bytes))
        await self.finish()

    async def test_who_is_behind_and_who_is_sent_to_by_another_server_are_counted_too(self) -> None:
        await self.prepare()
        batch, peer, frames = await self.live(), Peer(), list[Frame]()
        await auntil(lambda: self.feed_.relay.ring.shown == 24, "it is shown")
        self.assertEqual(self.counted(), (0, 0))
        await self.begin(peer, TICKS_V1, Query(from_t=14))
        packed = len(batch.form(TICKS_V1.ready))
        self.assertEqual((peer.ts, self.counted()), (list(range(15, 25)), (packed, batch.raw_bytes)))

        async def send(frame: Frame) -> None:
            frames.append(frame)

        elsewhere = Relayed(self.feed_, Query(from_t=14), TICKS_V1, None, self.failures.append, send)
        elsewhere.go()
        self.begun.append(elsewhere)
        await auntil(lambda: len(frames) == 2, "a hello and the ticks")
        self.assertEqual(self.counted(), (packed + len(frames[1]), 2 * batch.raw_bytes))
        self.assertEqual(framed(frames[1]), batch.form(TICKS_V1.ready))
        await self.finish()

    async def test_a_live_batch_says_to_all_alike_when_it_came_and_is_packed_once(self) -> None:
        await self.prepare()
        peers = [Peer() for _ in range(3)]
        for peer in peers[:2]:
            await self.begin(peer, TICKS_V1, Query(from_t=13))
        await self.begin(peers[2], ticks_v1(ALL, Packing("json", "none")), Query(from_t=13, gathering=Gathering(50, 5)))
        with patch.object(isal_zlib, "compress", wraps=isal_zlib.compress) as compress:
            batch = await self.live()
            await auntil(lambda: all(peer.ts[-1] == 24 for peer in peers), "all have it")
        self.assertEqual(compress.call_count, 1)
        for peer in peers:
            stored, *live = [message for message in peer.messages if message["type"] == "ticks"]
            self.assertNotIn("received_ts", stored)
            self.assertEqual({message["received_ts"] for message in live}, {round(batch.received_ts or 0, 6)})
        await self.finish()
