"""The ticks of a stream, page by page, and one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from ticks.api.base import NEXT, Range, StreamView, bounds_of, in_full, with_times
from ticks.api.parameters import Choice, Epoch, PageCursor, Paths, Whole
from ticks.api.query import Query
from ticks.api.rendering.answer import Answer, Told, raw
from ticks.api.rendering.tabular import TABULAR
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import FOR_RANGES, JSON, operation, tabular
from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.history import pages
from ticks.history.bounds import Bounds
from ticks.history.columns import columns_of_page
from ticks.history.pages import Page, Place
from ticks.live.store import Store
from ticks.packing import dump
from ticks.protocol import gap_fields
from ticks.selection import ALL, Selection, select
from ticks.tick import MAX_T


class TicksQuery(Range):
    fields = Paths(  # type: ignore[assignment]  # the metaclass takes it out of the class
        "Only these fields, beside t and ts: dotted paths, with commas between, or a JSON list of them."
    )
    limit = Whole("So many ticks on a page.", least=1, most=1000, default=100)
    order = Choice("asc: the oldest first. desc: the newest first.", ("asc", "desc"))
    cursor = PageCursor("The place of a page, as `next` and `previous` name it.")


class TicksViewSet(StreamView):
    """The ticks of a stream, in pages that stay right while ticks arrive."""

    query = TicksQuery
    renderer_classes = TABULAR
    is_for_links = True

    @operation(
        "list_ticks",
        "A page of ticks",
        tabular(shapes.PAGE, examples.PAGE, examples.PAGE_CSV, examples.PAGE_LINES),
        query=TicksQuery,
        path=["name"],
        refusals=FOR_RANGES,
    )
    def list(self, request: Request, name: str) -> Response:
        asked = in_full(self.asked, self.store)
        bounds = bounds_of(asked)
        page = _page(self.store, bounds, asked)
        answer = _answer(page, asked, request)
        if request.accepted_renderer.format == "csv":
            answer.columns = columns_of_page(self.store, bounds, answer.rows(), asked["fields"])
        return Told(answer, headers=_headers(answer))


class OneQuery(Query):
    epoch = Epoch("In which the tick counts; absent: the present one.")


class TickViewSet(StreamView):
    """One tick, as it is stored."""

    query = OneQuery
    lookup_field = "t"
    lookup_value_regex = "[0-9]{1,16}"
    is_for_links = True

    @operation("read_tick", "One tick", {JSON: (shapes.TICK, examples.TICK)}, query=OneQuery, path=["name", "t"])
    def retrieve(self, request: Request, name: str, t: str) -> Response:
        epoch = self.asked["epoch"] or self.store.epoch() or ""
        found = self.store.after(Cursor(epoch, min(int(t), MAX_T + 1) - 1), max_ticks=1) if epoch else None
        if found is None:
            self.store.hotlog.head()  # or it says that it is away, and may have it
        if not isinstance(found, Batch) or found.first_t != int(t):
            raise NotFound(f"There is no tick t={t} in the epoch {epoch!r}." if epoch else "This stream has no ticks.")
        return Response(raw(found.records)[0], headers={"X-Ticks-Epoch": epoch})


def _page(store: Store, bounds: Bounds, asked: Mapping[str, Any]) -> Page:
    if asked["cursor"] is not None:
        return pages.read(store, bounds, asked["cursor"], asked["limit"])
    begin = pages.first if asked["order"] == "asc" else pages.last
    return begin(store, bounds, asked["limit"])


def _answer(page: Page, asked: Mapping[str, Any], request: Request) -> Answer:
    """In the order that is asked for."""
    is_ascending = asked["order"] == "asc"
    following, before = (page.later, page.earlier) if is_ascending else (page.earlier, page.later)
    items = page.items if is_ascending else page.items[::-1]
    selection = select(asked["fields"]) if asked["fields"] is not None else ALL
    ticks = [selection.line(item) for item in items if isinstance(item, bytes)]
    gaps = [gap_fields(item) for item in items if isinstance(item, Gap)]
    url = _address(asked, request)
    members = {
        "next": _at(url, following),
        "previous": _at(url, before),
        "epoch": page.last.epoch if page.last is not None else None,
        "next_t": page.last.t if page.last is not None else 0,
        "gaps": gaps,
        "ticks": raw(ticks),
    }
    return Answer(members, lambda: ticks, lambda: [_line(item, selection) for item in items])


def _line(item: bytes | Gap, selection: Selection) -> bytes:
    return dump({"gap": gap_fields(item)}) if isinstance(item, Gap) else selection.line(item)


def _address(asked: Mapping[str, Any], request: Request) -> str:
    """That of this page, with times and places in full: what they mean must not move from page to page."""
    url = with_times(request.build_absolute_uri(), asked)
    for name in ("after", "before"):
        if asked[name] is not None:
            url = replace_query_param(url, name, f"{asked[name].epoch}:{asked[name].t}")
    return url


def _at(url: str, place: Place | None) -> str | None:
    return None if place is None else replace_query_param(url, "cursor", str(place))


def _headers(answer: Mapping[str, Any]) -> dict[str, str]:
    """For the forms that have no other place for links (RFC 8288), and for where to go on later."""
    links = [f'<{answer[rel]}>; rel="{rel}"' for rel in ("next", "previous") if answer[rel] is not None]
    headers = {"Link": ", ".join(links)} if links else {}
    if answer["epoch"] is not None:
        headers[NEXT] = f"{answer['epoch']}:{answer['next_t']}"
    return headers
