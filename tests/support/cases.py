"""Test cases with a real Valkey and an archive of their own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import redis
from django.test import TransactionTestCase, override_settings

from tests.support.lines import encode
from tests.support.valkey import Valkey
from ticks.archive import index
from ticks.archive.active import ActiveFile
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.live.hotlog import Appended, HotLog, connect
from ticks.live.store import Store

EPOCH, NEXT_EPOCH = "0mwpx6cq0aaaa", "0mwpx6cq1aaaa"


def channel_layers(url: str) -> dict[str, object]:
    backend = "ticks.live.layer.ChannelLayer"
    return {"default": {"BACKEND": backend, "CONFIG": {"hosts": [url], "prefix": "ticks"}}}


def lines(*ts: int, at: float = 1000.0) -> list[bytes]:
    """Ticks of these `t`, made at `at + t`."""
    return [encode({"value": t}, t, at + t) for t in ts]


class ValkeyCase(TransactionTestCase):
    """`self.valkey` runs for the class and is emptied for each test; `self.archive` is each test's own."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.valkey = Valkey()
        cls.valkey.start()
        cls.addClassCleanup(cls.valkey.stop)

    def setUp(self) -> None:
        self.valkey.client.flushall()
        self.archive = Path(tempfile.mkdtemp(prefix="tickmon-archive-"))
        self.addCleanup(shutil.rmtree, self.archive)
        self.use(self.valkey.url)

    def use(self, url: str) -> None:
        """Let the code under test reach Redis by this URL."""
        settings = override_settings(REDIS_URL=url, CHANNEL_LAYERS=channel_layers(url), TICKS_ARCHIVE=self.archive)
        settings.enable()
        self.addCleanup(settings.disable)

    def connect(self, url: str | None = None) -> redis.Redis:
        client = connect(url or self.valkey.url)
        self.addCleanup(client.close)
        return client

    def hotlog(self, stream: str = "main", url: str | None = None) -> HotLog:
        return HotLog(self.connect(url), stream)

    def store(self, stream: str = "main", url: str | None = None) -> Store:
        return Store(self.archive, self.hotlog(stream, url), stream)

    def keep(self, *ts: int, epoch: str = EPOCH, at: float = 1000.0) -> Path:
        """Put ticks into the archive, as one closed and indexed file."""
        file = ActiveFile(self.archive / "main" / epoch)
        for t, line in zip(ts, lines(*ts, at=at), strict=True):
            file.append(line, t)
        file.close()
        index.index_epoch(self.archive, "main", epoch)
        return self.archive / "main" / epoch / f"{ts[0]:020d}.jsonl"

    def publish(
        self, *ts: int, prev_t: int, n: int, epoch: str = EPOCH, at: float = 1000.0, max_bytes: int = 1 << 20
    ) -> Appended:
        """Put ticks into the hot log, as one batch."""
        batch = Batch.of(epoch, prev_t, n, lines(*ts, at=at))
        return self.hotlog().append(
            batch, after_t=prev_t, newest_t=ts[-1], fence=1, max_bytes=max_bytes, indexed_t=prev_t, now=0.0
        )

    def fill(self) -> None:
        """1-9 in two files, 7-14 in the hot log: they overlap."""
        self.keep(1, 2, 3, 4)
        self.keep(5, 6, 7, 8, 9)
        self.publish(7, 8, 9, 10, prev_t=6, n=7)
        self.publish(11, 12, 13, prev_t=10, n=11)
        self.publish(14, prev_t=13, n=14)


def ts_of(batches: Sequence[Batch]) -> list[int]:
    return [int(line.split(b":", 2)[1].split(b",")[0]) for batch in batches for line in batch.records]


def start_of(epoch: str = EPOCH) -> Cursor:
    return Cursor(epoch, 0, 0)
