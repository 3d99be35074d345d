"""The feeds of a process, each begun when its first reader comes."""

from __future__ import annotations

import redis
from django.conf import settings

from ticks.live.feed import Feed
from ticks.live.hotlog import connect


class Hub:
    def __init__(self) -> None:
        self._feeds: dict[str, Feed] = {}
        self._client: redis.Redis | None = None

    def feed(self, stream: str) -> Feed:
        """The stream's feed; call it on the event loop."""
        if stream not in self._feeds:
            if self._client is None:
                self._client = connect(settings.REDIS_URL)
            share = settings.TICKS_RING_BYTES // (len(self._feeds) + 1)
            for feed in self._feeds.values():
                feed.relay.ring.limit(share)
            self._feeds[stream] = Feed(stream, share, self._client)
            self._feeds[stream].begin()
        return self._feeds[stream]


hub = Hub()
