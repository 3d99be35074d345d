"""All ticks of a range, as one file."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from ticks.api.base import Range, StreamView, bounds_of, in_full
from ticks.api.parameters import Paths
from ticks.api.rendering.lines import Lines
from ticks.api.rendering.table import Table
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import CSV, FOR_RANGES, LINES, ZSTD, operation
from ticks.api.streamed import Nothing, Room, Seat, Streamed
from ticks.api.throttles import client_of
from ticks.history.as_stored import AsStored
from ticks.history.bounds import Bounds
from ticks.history.columns import columns_of
from ticks.history.exporting import AsLines, AsRows, Ticks
from ticks.live.store import Store
from ticks.selection import ALL, select

MOST, EACH = 4, 2
"""Exports at a time of a web worker, and of one client."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Packed(BaseRenderer):
    media_type = "application/zstd"
    format = "jsonl.zst"
    charset = None


class ExportQuery(Range):
    fields = Paths(  # type: ignore[assignment]  # the metaclass takes it out of the class
        "Only these fields, beside t and ts: dotted paths, with commas between, or a JSON list of them. "
        "Not with jsonl.zst."
    )


class ExportViewSet(StreamView):
    """All ticks of a range as one file."""

    query = ExportQuery
    renderer_classes = [Lines, Packed, Table]
    throttle_scope = "export"
    room = Room(MOST, EACH, "exports")

    @operation(
        "export_ticks",
        "All ticks of a range",
        {
            LINES: (shapes.TEXT, examples.PAGE_LINES),
            ZSTD: (shapes.BINARY, examples.PACKED),
            CSV: (shapes.TEXT, examples.PAGE_CSV),
        },
        query=ExportQuery,
        path=["name"],
        refusals=FOR_RANGES,
    )
    def list(self, request: Request, name: str) -> StreamingHttpResponse:
        """As one file, through the newest one that there is when it begins.

        `jsonl`: the ticks as they are stored, and gaps in their places. `jsonl.zst`: the same without the gaps, for
        which sealed files are copied. `csv`: a row a tick, a column a field; what has no column is in `other`.
        An answer that breaks off was ended by a fault, or since the server stopped.
        """
        renderer = request.accepted_renderer
        asked = in_full(self.asked, self.store)
        bounds = bounds_of(asked)
        if renderer.format == Packed.format and asked["fields"] is not None:
            raise ValidationError(
                {"detail": "fields can't be chosen of jsonl.zst, which gives ticks as they are stored"}
            )
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{_name(name, asked)}.{renderer.format}"'}
        if request.method == "HEAD":
            body = Streamed(Nothing())
        else:
            body, epoch = _begun(self.room.take(client_of(request)), str(renderer.format), self.store, bounds, asked)
            headers.update({"X-Ticks-Epoch": epoch} if epoch is not None else {})
        return StreamingHttpResponse(body, content_type=_content_type(renderer), headers=headers)


def _begun(
    seat: Seat, format: str, store: Store, bounds: Bounds, asked: Mapping[str, Any]
) -> tuple[Streamed, str | None]:
    """With its first piece, and the epoch of the first tick.

    What can't be had at all is told as an error, where there still can be one.
    """
    try:
        pieces = _pieces(format, store, bounds, asked)
        first = pieces.piece()
        return Streamed(pieces, seat, first), pieces.epoch
    except BaseException:
        seat.leave()
        raise


def _pieces(format: str, store: Store, bounds: Bounds, asked: Mapping[str, Any]) -> Ticks:
    fields = asked["fields"]
    if format == Packed.format:
        return AsStored(store, bounds)
    if format == Table.format:
        return AsRows(store, bounds, columns_of(store, bounds, fields))
    return AsLines(store, bounds, ALL if fields is None else select(fields))


def _content_type(renderer: BaseRenderer) -> str:
    return f"{renderer.media_type}; charset={renderer.charset}" if renderer.charset else str(renderer.media_type)


def _name(stream: str, asked: Mapping[str, Any]) -> str:
    """By what is asked for: nothing is read for it."""
    after, before = asked["after"], asked["before"]
    start = str(after.t + 1) if after is not None else "oldest"
    end = str(before.t) if before is not None else _stamp(time.time())
    if asked["from_ts"] is not None:
        start = _stamp(asked["from_ts"])
    if asked["to_ts"] is not None:
        end = _stamp(asked["to_ts"])
    return f"{stream}-{start}-{end}"


def _stamp(ts: float) -> str:
    try:
        return f"{datetime.fromtimestamp(math.floor(ts), UTC):%Y%m%dT%H%M%SZ}"
    except (OverflowError, ValueError, OSError):
        return f"{ts:.0f}"
