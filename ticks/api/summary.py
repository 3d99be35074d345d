"""What the fields of a stream do just now."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from ticks.api.base import StreamView
from ticks.api.errors import Unavailable
from ticks.api.parameters import Paths
from ticks.api.query import Query
from ticks.api.rendering.answer import raw
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import JSON, operation
from ticks.live.summary import PERIOD_S, summary
from ticks.selection import ALL, select


class SummaryQuery(Query):
    fields = Paths(  # type: ignore[assignment]  # the metaclass takes it out of the class
        "Only these fields: dotted paths, with commas between, or a JSON list of them."
    )


class SummaryViewSet(StreamView):
    """The newest tick of a stream, and of each field that is a number its last value, and least, largest and mean
    over the five minutes up to that tick.
    """

    query = SummaryQuery
    is_for_links = True

    @operation(
        "read_summary",
        "The newest tick and the last five minutes",
        {JSON: (shapes.SUMMARY, examples.SUMMARY)},
        query=SummaryQuery,
        path=["name"],
    )
    def list(self, request: Request, name: str) -> Response:
        selection = ALL if self.asked["fields"] is None else select(self.asked["fields"])
        newest = self.store.newest()
        stats = summary(self.store) if newest is not None else {}
        if stats is None:
            raise Unavailable
        return Response(
            {
                "stream": name,
                "epoch": newest.epoch if newest is not None else None,
                "latest": raw([selection.line(newest.records[-1])])[0] if newest is not None else None,
                "period_s": PERIOD_S,
                "fields": {path: one for path, one in stats.items() if selection.has(path)},
            }
        )
