"""Subscribers led about at random, while the stream does what streams do: whatever they have, the chain holds."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from unittest.mock import patch

from tests.live.peers import Peer
from tests.live.test_relay import LiveCase
from tests.support.waiting import auntil
from ticks.framing import framed_text
from ticks.live import reader, subscriber
from ticks.live.delivery import Delivery
from ticks.live.feed import Feed
from ticks.protocol import ticks_v1
from ticks.query import Gathering, Query
from ticks.selection import ALL, select
from ticks.session import Session

EPOCHS = [f"0mwpx6cq0aaa{letter}" for letter in "abcdef"]
SEEDS = 12
GATHERINGS = [Gathering(), Gathering(), Gathering(0, 1), Gathering(0, 4), Gathering(50, 0), Gathering(50, 3)]
SELECTIONS = [ALL, ALL, select(None, 3), select(["value"])]
Made = dict[str, list[int]]


class Wanderer:
    """A client, and the server's side of it."""

    def __init__(self, feed: Feed, at_random: random.Random, failed: list[Exception]) -> None:
        self._random = at_random
        query = Query(
            from_t=at_random.choice([None, -1]),
            slow=at_random.choice(["close", "close", "skip"]),
            gathering=at_random.choice(GATHERINGS),
            selection=at_random.choice(SELECTIONS),
        )
        self.query, self.peer = query, Peer()
        self.session = Session(at_random.choice([300, 1 << 16]), query.selection)
        dialect = ticks_v1(query.selection, query.packing)
        self.delivery = Delivery(feed, query, dialect, self.session, failed.append, self.peer)
        self.delivery.go()

    def __str__(self) -> str:
        return f"{self.query.gathering}, slow={self.query.slow}, at {self.delivery.place}"

    @property
    def keeps_back(self) -> int:
        """How many of the newest ticks it may lack for a whole batch."""
        return self.query.gathering.n - 1 if self.query.gathering.n and not self.query.gathering.ms else 0

    async def say(self, **message: Any) -> None:
        """The next hello answers it: what was written before is marked off."""
        await self.delivery.hear(json.dumps(message))
        if message["type"] in ("subscribe", "resume", "replay"):
            asked = {"type": "asked", "place": [message["epoch"], message["from_t"]] if "from_t" in message else None}
            self.peer.writes.append(framed_text([json.dumps(asked).encode()]))

    async def acknowledge(self) -> None:
        last_ts = [message["last_t"] for message in self.peer.messages if message["type"] == "ticks"]
        if last_ts:
            await self.say(type="ack", t=last_ts[-1])

    async def do_something(self, made: Made) -> None:
        place: dict[str, Any] = {}
        epoch = self._random.choice(list(made))
        if made[epoch]:
            place = {"from_t": self._random.choice(made[epoch]), "epoch": epoch}
        match self._random.choice(["pause", "resume", "select", "go", "replay", "ack", "ping", "beat", "room", "room"]):
            case "select":
                fields = self._random.choice([None, ["value"]])
                await self.say(type="subscribe", downsample=self._random.choice([1, 2, 5]), fields=fields)
            case "go":
                await self.say(type="subscribe", **place)
            case "replay" if place:
                await self.say(type="replay", speed=1000, **place)
            case "ack":
                await self.acknowledge()
            case "ping":
                await self.say(type="ping", t0=1)
            case "beat":
                self.delivery.beat(framed_text([b'{"type":"heartbeat"}']))
            case "room":
                self.peer.room = self._random.choice([0, 100, 1 << 40])
                if self.peer.room > 100:
                    self.peer.read()
            case "pause" | "resume" as order:
                await self.say(type=order)

    def wrong(self, made: Made) -> list[str]:
        """What of all that it was sent breaks the client's rule, or differs from what was made."""
        found: list[str] = []
        at: tuple[str, int] | None = None
        any_prev, downsample = False, 1
        asked: tuple[str, int] | None = None
        for message in self.peer.messages:
            match message["type"]:
                case "asked":
                    asked = tuple(message["place"]) if message["place"] else at
                case "hello" if message["cursor"] is not None:
                    told = (message["cursor"]["epoch"], message["cursor"]["t"])
                    if asked is not None and told != asked and not (any_prev and asked == at and told[0] == at[0]):
                        found.append(f"hello at {told}, asked was {asked}")
                    at = asked = told
                    downsample, any_prev = message["downsample"], False
                case "gap":
                    assert at is not None
                    at, any_prev = (message.get("epoch", at[0]), message["next_t"] - 1), True
                    asked = at
                case "ticks":
                    assert at is not None
                    if message["prev_t"] != at[1] and not any_prev:
                        found.append(f"prev_t={message['prev_t']}, it has {at}")
                    all_of_it = [0, *made[at[0]]]
                    owed = [
                        t
                        for before, t in pairwise(all_of_it)
                        if at[1] < t <= message["last_t"] and t // downsample != before // downsample
                    ]
                    got = [tick["t"] for tick in message["ticks"]]
                    if got != owed or message["last_t"] not in all_of_it:
                        found.append(f"{got} came for {owed}")
                    at, any_prev = (at[0], message["last_t"]), False
                    asked = at
        return found


class OrdersAtRandomTest(LiveCase):
    async def test_whatever_they_ask_for_and_whatever_happens_nothing_is_left_out_or_comes_twice(self) -> None:
        with patch.object(reader, "RECHECK_S", 0.05), patch.object(subscriber, "RECHECK_S", 0.05):
            for _ in range(SEEDS):
                seed = random.randrange(1 << 32)
                with self.subTest(seed=seed):
                    await self.wander(random.Random(seed))

    async def wander(self, at_random: random.Random) -> None:
        await asyncio.to_thread(self.valkey.client.flushall)
        self.random, self.made, self.n = at_random, {EPOCHS[0]: []}, 0
        feed = await self.feed(ring_bytes=at_random.choice([600, 3000, 1 << 20]))
        await self.produce(3)
        failed: list[Exception] = []
        wanderers = [Wanderer(feed, at_random, failed) for _ in range(4)]
        for _ in range(at_random.randrange(20, 50)):
            await self.let_something_happen(wanderers)
        for one in wanderers:
            one.peer.room = 1 << 40
            one.peer.read()
            await one.say(type="resume")
        await self.produce(12)
        for one in wanderers:
            await self.let_arrive(one)
            self.assertEqual(one.wrong(self.made), [], str(one))
            one.delivery.end()
        self.assertEqual(failed, [])
        self.assertEqual((feed._views, [a for a in feed.fanout._audiences.values() if a.members]), ({}, []))
        await self.end()
        self.feeds = []

    async def let_something_happen(self, wanderers: Sequence[Wanderer]) -> None:
        what = self.random.random()
        if what < 0.35:
            await self.produce(self.random.randrange(1, 6), told=self.random.random() < 0.85)
        elif what < 0.4 and len(self.made) < len(EPOCHS):
            self.made[EPOCHS[len(self.made)]], self.n = [], 0
            await self.produce(self.random.randrange(1, 4))
        else:
            await self.random.choice(wanderers).do_something(self.made)
        for _ in range(self.random.choice([0, 0, 1, 2, 5])):
            await asyncio.sleep(0)
        if self.random.random() < 0.2:
            await asyncio.sleep(self.random.random() * 0.02)

    async def produce(self, count: int, *, told: bool = True) -> None:
        """So many more ticks in the newest epoch; without a group message they have to be found."""
        epoch = EPOCHS[len(self.made) - 1]
        ts, before = self.made[epoch], self.made[epoch][-1] if self.made[epoch] else 0
        new: list[int] = []
        for _ in range(count):
            new.append((new[-1] if new else before) + self.random.choice([1, 1, 1, 3]))
        await self.put(*new, prev_t=before, n=self.n + 1, epoch=epoch)
        if told:
            await self.tell(*new, prev_t=before, n=self.n + 1, epoch=epoch)
        self.n += count
        ts += new

    async def let_arrive(self, one: Wanderer) -> None:
        async def has_all() -> bool:
            await one.acknowledge()
            place, newest = one.delivery.place, list(self.made)[-1]
            lacking = [t for t in self.made[newest] if place is None or t > place.t]
            return place is not None and place.epoch == newest and len(lacking) <= one.keeps_back

        await auntil(has_all, f"{one} has all")
