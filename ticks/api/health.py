"""How the producer of a stream, the web workers and the archive stand."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import redis
from django.db.models import Count, Max, Min, Sum
from rest_framework.request import Request
from rest_framework.response import Response

from ticks.api.base import StreamView, standings_of
from ticks.api.permissions import is_staff_of
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import JSON, operation
from ticks.archive import index
from ticks.live.standings import Standing, Told

COUNTS = ("subscribers", "raw_bytes", "sent_bytes", "unpacked_bytes", "repaired")
"""What all workers have together."""
LAGS = ("p50", "p99", "max")
FOR_STAFF = ("host", "pid")
"""What a producer says for staff alone."""


class HealthViewSet(StreamView):
    """How the producer, the web workers and the archive of a stream stand: the first two as they said of themselves
    within the last seconds. Counters begin with their process: one that is smaller than before has begun anew.

    Which hosts and processes these are staff alone is told; others find null.
    """

    is_for_links = True

    @operation(
        "read_health",
        "How producer, server and archive stand",
        {JSON: (shapes.HEALTH, examples.HEALTH)},
        path=["name"],
    )
    def list(self, request: Request, name: str) -> Response:
        is_staff, told = is_staff_of(request), _told(name)
        producer = told.producer if told is not None else None
        return Response(
            {
                "stream": name,
                "server_time": time.time(),
                "producer": _producer(producer, is_staff=is_staff) if producer is not None else None,
                "server": _server(told.workers, is_staff=is_staff) if told is not None else None,
                "archive": _archive(name),
            }
        )


def _told(stream: str) -> Told | None:
    """None while Redis is away."""
    try:
        return standings_of(stream).told()
    except redis.RedisError:
        return None


def _producer(said: Standing, *, is_staff: bool) -> dict[str, Any]:
    """Nothing but what is described: who wrote it may be of another version."""
    told = [name for name in shapes.PRODUCER["properties"] if is_staff or name not in FOR_STAFF]
    return dict.fromkeys(shapes.PRODUCER["properties"]) | {name: said.get(name) for name in told}


def _server(workers: Sequence[Standing], *, is_staff: bool) -> dict[str, Any]:
    lags = [worker["loop_lag_ms"] for worker in workers]
    return {
        "workers": len(workers),
        "names": sorted(worker["worker"] for worker in workers) if is_staff else None,
        "loop_lag_ms": {name: max(lag[name] for lag in lags) for name in LAGS} if lags else None,
        **{name: sum(worker[name] for worker in workers) for name in COUNTS},
    }


def _archive(stream: str) -> dict[str, Any]:
    found = index.segments(stream).aggregate(
        files=Count("pk"),
        ticks=Sum("count", default=0),
        raw_bytes=Sum("bytes", default=0),
        stored_bytes=Sum("stored", default=0),
        oldest_ts=Min("min_ts"),
        newest_ts=Max("max_ts"),
    )
    return dict(found)
