"""The streams that one may read, and what is kept of each."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import ViewSet

from ticks.api.base import ANYBODY, store_of, stream_of
from ticks.api.permissions import readable
from ticks.api.query import Query
from ticks.api.rendering.answer import Listing, Told
from ticks.api.rendering.tabular import TABULAR
from ticks.api.resources import RESOURCES
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import FOR_ALL, JSON, operation, tabular
from ticks.cursor import STREAM
from ticks.history.kept import kept
from ticks.models import Stream


class StreamViewSet(ViewSet):
    """The streams that you may read: all of them for staff, the public ones for everybody."""

    query = Query
    throttle_scope = "history"
    lookup_field = "name"
    lookup_value_regex = STREAM.pattern

    def get_renderers(self) -> list[Any]:
        renderers = TABULAR if self.action == "list" else self.renderer_classes
        return [renderer() for renderer in renderers]

    @operation(
        "list_streams",
        "The streams",
        tabular(shapes.a_list(shapes.STREAM), [examples.STREAM], examples.STREAMS_CSV, examples.STREAMS_LINES),
        refusals=FOR_ALL,
    )
    def list(self, request: Request) -> Response:
        self.query.of(request)
        return Told(Listing([_told(stream, request) for stream in readable(request)]))

    @operation("read_stream", "A stream", {JSON: (shapes.STREAM_DETAIL, examples.STREAM_DETAIL)}, path=["name"])
    def retrieve(self, request: Request, name: str) -> Response:
        """With the epochs that are kept of it, their oldest and newest ticks, how many there are, and how many a second
        there were in the last minute.
        """
        stream = stream_of(request, name)
        self.query.of(request)
        found = kept(store_of(name))
        return Response(
            {
                **_told(stream, request),
                "epochs": found.epochs,
                "oldest_t": found.epochs[-1]["oldest_t"] if found.epochs else None,
                "newest_t": found.epochs[-1]["newest_t"] if found.epochs else None,
                "count": found.count,
                "rate": found.rate,
            },
            headers=ANYBODY if stream.public else None,
        )


def _told(stream: Stream, request: Request) -> dict[str, Any]:
    def at(view: str) -> str:
        return reverse(view, args=[stream.name], request=request)

    return {
        "url": at("stream-detail"),
        "name": stream.name,
        "public": stream.public,
        "description": stream.description,
        **{resource: at(f"{resource}-list") for resource in RESOURCES},
    }
