from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.support.cases import EPOCH, NEXT_EPOCH, ValkeyCase
from tests.support.lines import encode
from ticks.archive import index
from ticks.archive.active import ActiveFile
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.history import pages
from ticks.history.bounds import Bounds
from ticks.history.pages import Page
from ticks.live.store import Store
from ticks.models import Segment
from ticks.tick import Head, head

TRIES = 8


class Made(NamedTuple):
    epoch: str
    t: int
    ts: float


def made_of(page: Page) -> list[Made]:
    """Each tick has its epoch's name in it."""
    records = [json.loads(item) for item in page.items if isinstance(item, bytes)]
    return [Made(record["epoch"], record["t"], record["ts"]) for record in records]


class PagesCase(ValkeyCase):
    """A stream of two epochs, in files, hot log and both, whose clock steps, and with numbers left out."""

    def make(self, rng: random.Random) -> list[Made]:
        ticks: list[Made] = []
        for epoch in (EPOCH, NEXT_EPOCH):
            ts, own, t = 1000.0, list[Made](), 0
            for _ in range(rng.randint(1, 40)):
                t += rng.choice((1, 1, 1, 1, 7))
                ts += rng.choice((1.0, 1.0, 1.0, 0.0, 5.0, -8.0))
                own.append(Made(epoch, t, ts))
            self.store_all(own, rng, is_hot=epoch == NEXT_EPOCH)
            ticks += own
        return ticks

    def store_all(self, own: Sequence[Made], rng: random.Random, *, is_hot: bool) -> None:
        """All of an earlier epoch is archived; of the present one only some, and what is hot overlaps that."""
        archived = rng.randint(0, len(own)) if is_hot else len(own)
        start = 0
        while start < archived:
            stop = min(archived, start + rng.randint(1, 15))
            file = ActiveFile(self.archive / "main" / own[0].epoch)
            for tick in own[start:stop]:
                file.append(line_of(tick), tick.t)
            file.close()
            start = stop
        index.index_epoch(self.archive, "main", own[0].epoch)
        if is_hot:
            self.publish_all(own, max(0, archived - rng.randint(0, 5)), rng)

    def publish_all(self, own: Sequence[Made], start: int, rng: random.Random) -> None:
        prev_t = own[start - 1].t if start else 0
        while start < len(own):
            stop = min(len(own), start + rng.randint(1, 6))
            batch = Batch.of(own[0].epoch, prev_t, start + 1, [line_of(tick) for tick in own[start:stop]])
            self.hotlog().append(
                batch, after_t=prev_t, newest_t=own[-1].t, fence=1, max_bytes=1 << 20, indexed_t=prev_t, now=0.0
            )
            prev_t, start = own[stop - 1].t, stop


def line_of(tick: Made) -> bytes:
    return encode({"epoch": tick.epoch}, tick.t, tick.ts)


def some_bounds(ticks: Sequence[Made], rng: random.Random) -> Bounds:
    def place() -> Cursor | None:
        tick = rng.choice(ticks)
        return rng.choice((None, Cursor(tick.epoch, max(0, tick.t + rng.choice((-1, 0, 1))))))

    def moment(otherwise: float) -> float:
        return rng.choice((otherwise, rng.choice(ticks).ts, rng.choice(ticks).ts + 0.5))

    return Bounds(place(), place(), moment(-math.inf), moment(math.inf))


def wanted(ticks: Sequence[Made], bounds: Bounds) -> list[Made]:
    return [
        tick
        for tick in ticks
        if (bounds.after is None or (tick.epoch, tick.t) > (bounds.after.epoch, bounds.after.t))
        and (bounds.before is None or (tick.epoch, tick.t) < (bounds.before.epoch, bounds.before.t))
        and bounds.from_ts <= tick.ts < bounds.to_ts
    ]


Begin = Callable[[Store, Bounds, int], Page]


class WalkTest(PagesCase):
    def walk(self, begin: Begin, side: str, bounds: Bounds, limit: int) -> list[list[Made]]:
        page = begin(self.store(), bounds, limit)
        found = [made_of(page)]
        while (place := getattr(page, side)) is not None:
            page = pages.read(self.store(), bounds, place, limit)
            found.append(made_of(page))
            self.assertLess(len(found), 300)
        return found

    def test_pages_give_each_tick_within_any_bounds_once_in_order_both_ways(self) -> None:
        for seed in range(TRIES):
            rng = random.Random(seed)
            self.setUp()
            Segment.objects.all().delete()
            ticks = self.make(rng)
            for bounds in (Bounds(), *(some_bounds(ticks, rng) for _ in range(4))):
                limit = rng.choice((1, 3, 10, 100))
                expected = wanted(ticks, bounds)
                with self.subTest(seed=seed, bounds=bounds, limit=limit):
                    onward = self.walk(pages.first, "later", bounds, limit)
                    self.assertEqual([tick for page in onward for tick in page], expected)
                    back = self.walk(pages.last, "earlier", bounds, limit)
                    self.assertEqual([tick for page in reversed(back) for tick in page], expected)
                    for page in (*onward, *back):
                        self.assertLessEqual(len(page), limit)

    def test_behind_a_range_reading_goes_on_without_a_hole(self) -> None:
        self.fill()
        for before in range(1, 16):
            bounds = Bounds(before=Cursor(EPOCH, before))
            page = pages.first(self.store(), bounds, 100)
            self.assertEqual([tick.t for tick in self.ticks_of(page)], list(range(1, min(before, 15))))
            rest = pages.first(self.store(), Bounds(after=page.last), 100)
            self.assertEqual([tick.t for tick in self.ticks_of(rest)], list(range(before, 15)), before)

    def ticks_of(self, page: Page) -> list[Head]:
        return [head(item) for item in page.items if isinstance(item, bytes)]

    def test_a_page_back_is_the_page_that_was_left(self) -> None:
        self.fill()
        store = self.store()
        first = pages.first(store, Bounds(), 4)
        second = pages.read(store, Bounds(), self.some(first.later), 4)
        self.assertEqual(pages.read(store, Bounds(), self.some(second.earlier), 4).items, first.items)
        third = pages.read(store, Bounds(), self.some(second.later), 4)
        self.assertEqual(pages.read(store, Bounds(), self.some(third.earlier), 4).items, second.items)

    def some(self, place: pages.Place | None) -> pages.Place:
        assert place is not None
        return place
