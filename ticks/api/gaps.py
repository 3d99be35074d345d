"""Where a stream has no ticks, and why."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from ticks.api.base import FROM_TS, LAST_S, TO_TS, StreamView, times_of
from ticks.api.parameters import Moment
from ticks.api.query import Query
from ticks.api.rendering.answer import Answer, Told, lines_of
from ticks.api.rendering.tabular import TABULAR
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import operation, tabular
from ticks.history.gaps import gaps

MOST = 1000


class GapsQuery(Query):
    from_ts = Moment(f"{FROM_TS} Absent: an hour before to_ts.")
    to_ts = Moment(f"{TO_TS} Absent: now.", example="")


class GapsViewSet(StreamView):
    """Where a stream has no ticks in a range of time though there were some, or begins to count anew.

    Each gap with its `reason`, how many ticks are missing between `after_t` and `next_t`, and when the ticks around it
    were made. That no tick was made for a while is no gap. They are the oldest 1000; `more` says whether there are
    others. Damage within a file shows only to who reads its ticks.
    """

    query = GapsQuery
    renderer_classes = TABULAR
    is_for_links = True

    @operation(
        "list_gaps",
        "The gaps of a stream",
        tabular(shapes.GAPS, examples.GAPS, examples.GAPS_CSV, examples.GAPS_LINES),
        query=GapsQuery,
        path=["name"],
    )
    def list(self, request: Request, name: str) -> Response:
        from_ts, to_ts = times_of(self.asked, LAST_S)
        found = [asdict(one) for one in gaps(self.store, from_ts, to_ts, MOST + 1)]
        told = found[:MOST]
        members = {
            "stream": name,
            "from_ts": from_ts,
            "to_ts": to_ts,
            "more": len(found) > MOST,
            "gaps": told,
        }
        return Told(Answer(members, partial(lines_of, told)))
