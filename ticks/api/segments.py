"""The files of the archive, and the files themselves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import ViewSet

from ticks.api.base import stream_of, with_times
from ticks.api.export import Packed
from ticks.api.parameters import Epoch, Moment, Name, Parameter, Whole
from ticks.api.permissions import is_staff_of, readable
from ticks.api.query import Query
from ticks.api.ranges import Part, Unsatisfiable, part_of
from ticks.api.rendering.answer import Answer, Told, lines_of
from ticks.api.rendering.json import Json
from ticks.api.rendering.lines import Lines
from ticks.api.rendering.tabular import TABULAR
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import LINES, ZSTD, operation, tabular
from ticks.api.streamed import Nothing, Room, Streamed
from ticks.api.throttles import client_of
from ticks.archive.handed import Handed, handed
from ticks.archive.layout import is_sealed
from ticks.archive.listing import Key, Mark, page
from ticks.cursor import EPOCH, STREAM
from ticks.models import Segment

KEY = rf"{STREAM.pattern}:{EPOCH.pattern}:[0-9]{{1,16}}"
MOST, EACH = 32, 8
"""Downloads at a time of a web worker, and of one client."""


class MarkOf(Parameter):
    """The place of a page, as `next` and `previous` name it."""

    allowed = "after:<key> or before:<key>, as next and previous have it"
    schema = {"type": "string", "pattern": f"^(after|before):{KEY}$"}

    def read(self, text: str) -> Mark:
        side, colon, key = text.partition(":")
        if side == "after" and colon:
            return Mark("after", _key(key))
        if side == "before" and colon:
            return Mark("before", _key(key))
        raise ValueError


class SegmentsQuery(Query):
    stream = Name("Of this stream alone.")
    epoch = Epoch("Of this epoch alone.")
    from_ts = Moment("With ticks made then or later: ISO 8601 with its zone, UNIX seconds, or negative: seconds ago.")
    to_ts = Moment("With ticks made before then, in the same forms.")
    limit = Whole("So many files on a page.", least=1, most=1000, default=100)
    cursor = MarkOf("The place of a page, as `next` and `previous` name it.")


class SegmentViewSet(ViewSet):
    """The immutable files of the streams that you may read, in the order of stream, epoch and first tick."""

    query: type[Query] = SegmentsQuery
    renderer_classes = TABULAR
    lookup_field = "key"
    lookup_value_regex = KEY
    throttle_scope = "history"
    room = Room(MOST, EACH, "downloads")

    @operation(
        "list_segments",
        "The files of the archive",
        tabular(shapes.SEGMENTS, examples.SEGMENTS, examples.SEGMENTS_CSV, examples.SEGMENTS_LINES),
        query=SegmentsQuery,
    )
    def list(self, request: Request) -> Response:
        """A file is named by the `key` of its first tick also when it is sealed."""
        asked = self.query.of(request)
        if asked["stream"] is not None and not is_staff_of(request):
            stream_of(request, asked["stream"])
        found = page(_chosen(_readable(request), asked), asked["cursor"], asked["limit"])
        rows = [_told(row, request) for row in found.rows]
        url = with_times(request.build_absolute_uri(), asked)
        members = {"next": _at(url, found.later), "previous": _at(url, found.earlier), "segments": rows}
        return Told(Answer(members, partial(lines_of, rows)))

    @operation(
        "read_segment",
        "A file of the archive",
        tabular(shapes.SEGMENT, examples.SEGMENT, examples.SEGMENTS_CSV, examples.SEGMENTS_LINES),
        path=["key"],
    )
    def retrieve(self, request: Request, key: str) -> Response:
        Query.of(request)
        told = _told(_row(request, key), request)
        return Told(Answer(told, partial(lines_of, [told])))

    @operation(
        "download_segment",
        "A file as it is stored",
        {ZSTD: (shapes.BINARY, examples.PACKED), LINES: (shapes.TEXT, examples.PAGE_LINES)},
        path=["key"],
        has_parts=True,
    )
    @action(detail=True, throttle_scope="download", renderer_classes=[Json, Packed, Lines])
    def download(self, request: Request, key: str) -> HttpResponseBase:
        """The file as it is stored, whole or a `Range` of its bytes.

        It is given whole also where it is sealed or removed meanwhile; by its `ETag` it can be gone on with.
        """
        Query.of(request)
        found = handed(settings.TICKS_ARCHIVE, _row(request, key))
        if found is None:
            raise NotFound(f"The file {key!r} is no longer there.")
        row, file = found
        return _sent(request, self.room, row, file)


def _sent(request: Request, room: Room, row: Segment, file: Handed) -> HttpResponseBase:
    modified = http_date(file.mtime)
    known = {
        "ETag": file.etag,
        "Last-Modified": modified,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }
    unchanged = get_conditional_response(request._request, etag=file.etag, last_modified=int(file.mtime))
    if unchanged is not None:
        return _with(unchanged, known)
    try:
        part = _part(request, file)
    except Unsatisfiable:
        said = {"detail": f"Range: {request.headers['Range'][:80]!r} is not within its {file.size} bytes."}
        refused = JsonResponse(said, status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        return _with(refused, {**known, "Content-Range": f"bytes */{file.size}"})
    if part is not None:
        file.start, file.end = part.start, part.end
        known["Content-Range"] = part.content_range
    name = Path(row.path).name
    headers = {
        **known,
        "Content-Length": str(file.end - file.start),
        "Content-Disposition": f'attachment; filename="{row.stream}-{row.epoch}-{name}"',
        "X-Accel-Buffering": "no",
    }
    body = Streamed(Nothing()) if request.method == "HEAD" else Streamed(file, room.take(client_of(request)))
    status = HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT
    kind = "application/zstd" if is_sealed(Path(row.path)) else "application/x-ndjson"
    return StreamingHttpResponse(body, status=status, content_type=kind, headers=headers)


def _part(request: Request, file: Handed) -> Part | None:
    """None for the whole. Raises `Unsatisfiable`."""
    if request.method != "GET" or request.headers.get("If-Range", file.etag) != file.etag:
        return None
    return part_of(request.headers.get("Range", ""), file.size)


def _with(response: HttpResponseBase, headers: Mapping[str, str]) -> HttpResponseBase:
    for name, value in headers.items():
        response[name] = value
    return response


def _readable(request: Request) -> QuerySet[Segment]:
    """Those of rollups are nobody's."""
    if is_staff_of(request):
        return Segment.objects.exclude(stream__contains="@")
    return Segment.objects.filter(stream__in=readable(request).values("name"))


def _chosen(rows: QuerySet[Segment], asked: Mapping[str, Any]) -> QuerySet[Segment]:
    filters = {"stream": "stream", "epoch": "epoch", "max_ts__gte": "from_ts", "min_ts__lt": "to_ts"}
    return rows.filter(**{one: asked[name] for one, name in filters.items() if asked[name] is not None})


def _row(request: Request, key: str) -> Segment:
    """Raises `NotAuthenticated` and `NotFound`, for one that may not be read and for none alike."""
    named = _key(key)
    row = _readable(request).filter(**named._asdict()).first()
    if row is not None:
        return row
    if not is_staff_of(request):
        stream_of(request, named.stream)
    raise NotFound(f"There is no file {key!r}.")


def _key(text: str) -> Key:
    stream, epoch, first_t = text.split(":")
    if not (STREAM.fullmatch(stream) and EPOCH.fullmatch(epoch) and first_t.isdecimal() and len(first_t) <= 16):
        raise ValueError
    return Key(stream, epoch, int(first_t))


def _told(row: Segment, request: Request) -> dict[str, Any]:
    key = str(Key.of(row))
    names = ("stream", "epoch", "first_t", "last_t", "n", "count", "min_ts", "max_ts", "bytes", "stored")
    return {
        "url": reverse("segment-detail", args=[key], request=request),
        "key": key,
        **{name: getattr(row, name) for name in names},
        "sealed": is_sealed(Path(row.path)),
        "download": reverse("segment-download", args=[key], request=request),
    }


def _at(url: str, mark: Mark | None) -> str | None:
    return None if mark is None else replace_query_param(url, "cursor", str(mark))
