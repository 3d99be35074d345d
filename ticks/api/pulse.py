"""How all streams stand just now, in one answer."""

from __future__ import annotations

import time
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from ticks.api.base import redis_client
from ticks.api.permissions import readable
from ticks.api.query import Query
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import FOR_EVERYBODY, JSON, operation
from ticks.live.hotlog import Pulse, pulses
from ticks.models import Stream


class PulseViewSet(ViewSet):
    """How the streams that you may read stand: whether a producer is at work, and what the newest tick is.

    `ts` is when the newest batch was published, by the producer's clock. It may be asked for every second or two.
    """

    query = Query
    throttle_scope = "pulse"

    @operation(
        "read_pulse",
        "How all streams stand",
        {JSON: (shapes.PULSE, examples.PULSE)},
        refusals=FOR_EVERYBODY,
    )
    def list(self, request: Request) -> Response:
        self.query.of(request)
        streams = list(readable(request).only("name", "public", "description"))
        found = pulses(redis_client(), [stream.name for stream in streams])
        told = [_told(stream, pulse) for stream, pulse in zip(streams, found, strict=True)]
        signed_in = bool(request.user.is_authenticated)
        return Response({"server_time": time.time(), "signed_in": signed_in, "streams": told})


def _told(stream: Stream, pulse: Pulse) -> dict[str, Any]:
    head = pulse.head
    return {
        "name": stream.name,
        "public": stream.public,
        "description": stream.description,
        "producer": "up" if pulse.is_up else "down",
        "epoch": head.tip.epoch if head is not None else None,
        "t": head.tip.t if head is not None else None,
        "n": head.tip.n if head is not None else None,
        "ts": head.ts if head is not None else None,
    }
