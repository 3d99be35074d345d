"""What the views of the history share."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar

import redis
from django.conf import settings
from rest_framework.exceptions import NotAuthenticated, NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import ViewSet

from ticks.access.rights import ANOTHER_STREAM
from ticks.api.errors import Ahead
from ticks.api.parameters import Epoch, Moment, Tick
from ticks.api.permissions import link_of, readable
from ticks.api.query import Query
from ticks.cursor import Cursor
from ticks.history.bounds import Bounds, place
from ticks.live.hotlog import HotLog, connect, connect_briefly
from ticks.live.standings import Standings
from ticks.live.store import Store
from ticks.models import Stream
from ticks.tick import MAX_T

NEXT = "X-Ticks-Next"
"""The header that says from where to go on later: <epoch>:<t>."""
ANYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": f"Link, Retry-After, X-Ticks-Epoch, {NEXT}",
}
"""Of public streams: any page may read them, and never as its visitor."""
FROM_TS = "Made then or later: ISO 8601 with its zone, UNIX seconds, or negative: seconds ago."
TO_TS = "Made before then, in the same forms."
LAST_S = 3600.0
"""What a range is where none is given."""


class StreamView(ViewSet):
    """A view of one stream. It has `stream`, `store`, and what is `asked` for, once permissions are checked."""

    query: ClassVar[type[Query]] = Query
    is_shared: ClassVar[bool] = True
    """Whether pages of any origin may read what is public."""
    is_for_links: ClassVar[bool] = False
    """Whether a kiosk link of the stream opens it."""
    is_public = False
    """Known once the stream is."""
    throttle_scope = "history"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.stream = stream_of(request, kwargs["name"])
        self.is_public = self.stream.public
        self.store = store_of(self.stream.name)
        self.asked = self.query.of(request)
        epoch = self.asked.get("epoch")
        if epoch is not None and not self.store.knows(epoch):
            raise NotFound(f"epoch={epoch!r} is not kept of this stream: its own address names those that are.")

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What is public any page may read."""
        for name, value in ANYBODY.items() if self.is_public and self.is_shared else ():
            response[name] = value
        return super().finalize_response(request, response, *args, **kwargs)


class Range(Query):
    """Which ticks."""

    from_ts = Moment(FROM_TS)
    to_ts = Moment(TO_TS, example="")
    after = Tick("What comes after this tick: `<epoch>:<t>`, or a `t` of `epoch`.")
    before = Tick("What comes before this tick, in the same forms.")
    epoch = Epoch("Of this epoch alone; a bare `t` counts in it, or in the present one where this is absent.")


def in_full(asked: dict[str, Any], store: Store) -> dict[str, Any]:
    """What a `Range` asks for, each bare `t` with the epoch in which it counts. Raises `Ahead` and `NotFound`."""
    after, before = asked["after"], asked["before"]
    if any(cursor is not None and not cursor.epoch for cursor in (after, before)):
        epoch = asked["epoch"] or store.epoch() or ""
        after, before = (cursor and replace(cursor, epoch=cursor.epoch or epoch) for cursor in (after, before))
    if after is not None:
        _check_known(after, store)
    return {**asked, "after": after, "before": before}


def _check_known(after: Cursor, store: Store) -> None:
    """Who waits for what comes behind a tick that never was waits for ever. Raises `Ahead` and `NotFound`."""
    head = store.head()
    if head is None:
        return
    if after.epoch == head.tip.epoch and after.t > max(head.newest_t, head.tip.t):
        raise Ahead(f"after={after.epoch}:{after.t} is ahead of the stream: its newest tick is t={head.newest_t}")
    if after.epoch > head.tip.epoch and not store.knows(after.epoch):
        raise NotFound(
            f"after={after.epoch}:{after.t} is of no epoch of this stream: the present one is {head.tip.epoch}"
        )


def bounds_of(asked: dict[str, Any]) -> Bounds:
    """What a `Range` asks for, `in_full`. Raises `ValidationError`."""
    after, before, epoch = asked["after"], asked["before"], asked["epoch"]
    if epoch is not None:
        after = max((one for one in (after, Cursor(epoch, -1)) if one is not None), key=place)
        before = min((one for one in (before, Cursor(epoch, MAX_T + 1)) if one is not None), key=place)
    from_ts, to_ts = asked["from_ts"], asked["to_ts"]
    if from_ts is not None and to_ts is not None and from_ts > to_ts:
        raise ValidationError({"detail": f"from_ts={from_ts:.3f} is later than to_ts={to_ts:.3f}"})
    times = {name: asked[name] for name in ("from_ts", "to_ts") if asked[name] is not None}
    return Bounds(after, before, **times)


def times_of(asked: dict[str, Any], seconds: float) -> tuple[float, float]:
    """`from_ts` and `to_ts`, which are the last `seconds` where they are absent. Raises `ValidationError`."""
    to_ts = time.time() if asked["to_ts"] is None else asked["to_ts"]
    from_ts = to_ts - seconds if asked["from_ts"] is None else asked["from_ts"]
    if from_ts >= to_ts:
        raise ValidationError({"detail": f"from_ts={from_ts:.3f} is not before to_ts={to_ts:.3f}"})
    return from_ts, to_ts


def with_times(url: str, asked: Mapping[str, Any]) -> str:
    """An address with `from_ts` and `to_ts` as they were meant: from page to page they are not to move."""
    for name in ("from_ts", "to_ts"):
        if asked[name] is not None:
            url = replace_query_param(url, name, _written(asked[name]))
    return url


def _written(ts: float) -> str:
    """Negative numbers are seconds ago: what was before 1970 has a date."""
    return repr(ts) if ts >= 0 else datetime.fromtimestamp(ts, UTC).isoformat()


def stream_of(request: Request, name: str) -> Stream:
    """Raises `NotAuthenticated`, `PermissionDenied` and `NotFound`, for a private stream and for none alike."""
    stream = readable(request).filter(name=name).first()
    if stream is not None:
        return stream
    if link_of(request) is not None:
        raise PermissionDenied(ANOTHER_STREAM)
    if not request.user.is_authenticated:
        raise NotAuthenticated(f"There is no public stream {name!r}: sign in.")
    raise NotFound(f"There is no stream {name!r} that you may read.")


def store_of(stream: str) -> Store:
    return Store(settings.TICKS_ARCHIVE, HotLog(_client(settings.REDIS_URL), stream), stream)


def brief_store_of(stream: str, answer_s: float) -> Store:
    """For who can do without what Redis does not say within so many seconds."""
    return Store(settings.TICKS_ARCHIVE, HotLog(_brief_client(settings.REDIS_URL, answer_s), stream), stream)


def standings_of(stream: str) -> Standings:
    client = _client(settings.REDIS_URL)
    return Standings(client, HotLog(client, stream))


def redis_client() -> redis.Redis:
    return _client(settings.REDIS_URL)


@cache
def _client(url: str) -> redis.Redis:
    return connect(url)


@cache
def _brief_client(url: str, answer_s: float) -> redis.Redis:
    return connect_briefly(url, answer_s)
