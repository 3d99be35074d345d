"""What fields did over any range of time, in so many points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import orjson
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from ticks.api.base import FROM_TS, LAST_S, TO_TS, StreamView, times_of
from ticks.api.parameters import Moment, Paths, Whole
from ticks.api.query import Query
from ticks.api.rendering.answer import Answer, Told
from ticks.api.rendering.tabular import TABULAR
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import operation, tabular
from ticks.archive.rollups.buckets import Buckets, Column
from ticks.history.fields import known, unknown
from ticks.live.series import series
from ticks.models import Field
from ticks.protocol import cursor_fields

FEW = 4
MAX_VALUES = 80_000
"""Points of all fields together."""


class SeriesQuery(Query):
    fields = Paths(  # type: ignore[assignment]  # the metaclass takes it out of the class
        f"Numbers by their dotted paths, with commas between, or a JSON list of them. Absent: the first {FEW}."
    )
    from_ts = Moment(f"{FROM_TS} Absent: an hour before to_ts.")
    to_ts = Moment(f"{TO_TS} Absent: now.", example="")
    points = Whole("In so many buckets at most.", least=1, most=10_000, default=800)


class SeriesViewSet(StreamView):
    """Least, largest, mean and number of the values of fields over a range of time, in buckets.

    They are read from the coarsest rollup that serves, and what is too new for one from the ticks. A bucket without a
    value is a hole: `count` 0, and null. `from_ts` and `to_ts` are those of the buckets, which may begin a little
    earlier and end a little later than was asked. Every tick up to `through` is in them where it falls into their time,
    and none after it: who goes on with the ticks after it has no hole, and none twice.
    """

    query = SeriesQuery
    throttle_scope = "series"
    renderer_classes = TABULAR
    is_for_links = True

    @operation(
        "read_series",
        "Series of fields",
        tabular(shapes.SERIES, examples.SERIES, examples.SERIES_CSV, examples.SERIES_LINES),
        query=SeriesQuery,
        path=["name"],
    )
    def list(self, request: Request, name: str) -> Response:
        from_ts, to_ts = times_of(self.asked, LAST_S)
        points = self.asked["points"]
        fields = self.asked["fields"]
        if fields is None:
            fields = [field.path for field in known(self.store) if field.kind != Field.Kind.TEXT][:FEW]
        if points * len(fields) > MAX_VALUES:
            raise ValidationError(
                {"detail": f"points={points} of {len(fields)} fields are more than {MAX_VALUES} values: ask for fewer"}
            )
        found, through, through_ts = series(self.store, fields, from_ts, to_ts, points)
        columns = {path: _told(column) for path, column in found.columns.items()}
        grid = found.grid
        starts = _starts(found)
        members = {
            "stream": name,
            "from_ts": grid.start,
            "to_ts": grid.end,
            "width_s": grid.width,
            "read_from": f"rows of {grid.step} s" if grid.step else "ticks",
            "unknown": unknown(self.store, fields),
            "through": cursor_fields(through) if through is not None else None,
            "through_ts": through_ts,
            "ts": starts,
            "fields": columns,
        }
        return Told(Answer(members, partial(_rows, starts, columns)))


def _starts(found: Buckets) -> list[float]:
    return [found.grid.start + at * found.grid.width for at in range(found.grid.size)]


def _told(column: Column) -> dict[str, list[Any]]:
    """By bucket; null where there is no value."""
    there = [number > 0 for number in column.numbers]
    return {
        "min": [least if has else None for least, has in zip(column.least, there, strict=True)],
        "max": [most if has else None for most, has in zip(column.most, there, strict=True)],
        "mean": column.means(),
        "count": column.numbers,
    }


def _rows(starts: Sequence[float], columns: Mapping[str, Mapping[str, Sequence[Any]]]) -> list[bytes]:
    """One a bucket, flat."""
    names = [(f"{path}.{stat}", values) for path, stats in columns.items() for stat, values in stats.items()]
    return [orjson.dumps({"ts": ts, **{name: values[at] for name, values in names}}) for at, ts in enumerate(starts)]
