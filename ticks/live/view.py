"""A stream in batches of another size or pace, and the passes over those who asked for these."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ticks.batch import Batch
from ticks.gathering import Gathered
from ticks.live.encoding import Encoder
from ticks.live.fanout import LEAST_S, Fanout
from ticks.live.traffic import Traffic
from ticks.query import Gathering


class View:
    """Takes what the stream's own passes release, and releases it again, gathered."""

    def __init__(
        self, gathering: Gathering, encoder: Encoder, epoch: str, shown: int, traffic: Traffic | None = None
    ) -> None:
        """`epoch` and `shown`: up to where the stream's passes have come."""
        self.users = 0
        self._gathered = Gathered(gathering.n, epoch, shown)
        self._wait_s = gathering.ms / 1000
        self._waits_for_all = bool(gathering.n)
        """Whether what came waits until there is a whole batch of it."""
        self._is_due = False
        self._due: asyncio.TimerHandle | None = None
        self.fanout = Fanout(self, encoder, LEAST_S if gathering.n else max(LEAST_S, self._wait_s), traffic)

    @property
    def epoch(self) -> str:
        return self._gathered.epoch

    @property
    def tip(self) -> int:
        return self._gathered.tip

    @property
    def shown(self) -> int:
        return self._gathered.shown

    def take(self, batches: Sequence[Batch]) -> None:
        for batch in batches:
            if not self._gathered.append(batch):
                self.fanout.dismiss_all()  # what was left over is not waited for
        if not batches:
            return
        if not self._waits_for_all or self._gathered.is_whole:
            self.fanout.wake()
        if self._waits_for_all and self._wait_s and self._due is None:
            self._due = asyncio.get_running_loop().call_later(self._wait_s, self._fall_due)

    def release(self) -> Sequence[Batch]:
        """See `Ring.release`."""
        everything = self._is_due or not self._waits_for_all
        self._is_due = False
        return self._gathered.release(all=everything)

    def stop(self) -> None:
        if self._due is not None:
            self._due.cancel()
        self.fanout.stop()

    def _fall_due(self) -> None:
        self._due = None
        self._is_due = True
        self.fanout.wake()
