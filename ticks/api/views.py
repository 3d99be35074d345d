"""History over HTTP: streams, and their ticks by cursor."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.exceptions import NotAuthenticated, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import ReadOnlyModelViewSet

from ticks.api import pages
from ticks.api.serializers import StreamDetailSerializer, StreamSerializer
from ticks.cursor import STREAM, Cursor
from ticks.live.hotlog import HotLog, connect
from ticks.live.store import Store
from ticks.models import Stream


class StreamViewSet(ReadOnlyModelViewSet[Stream]):
    """The streams that you may read: all of them for staff, the public ones for everybody."""

    lookup_field = "name"
    lookup_value_regex = STREAM.pattern
    pagination_class = None

    def get_queryset(self) -> QuerySet[Stream]:
        return Stream.objects.readable_by(self.request.user)

    def get_serializer_class(self) -> type[BaseSerializer[Stream]]:
        return StreamSerializer if self.action == "list" else StreamDetailSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        return {**context, "store": _store(self.kwargs["name"])} if "name" in self.kwargs else context

    def get_object(self) -> Stream:
        """Who is not signed in is asked to sign in, for a private stream and for none alike."""
        stream = self.get_queryset().filter(name=self.kwargs["name"]).first()
        if stream is not None:
            return stream
        if not self.request.user.is_authenticated:
            raise NotAuthenticated
        raise NotFound(f"There is no stream {self.kwargs['name']!r} that you may read.")

    @action(detail=True)
    def ticks(self, request: Request, name: str) -> Response:
        """The ticks of a stream in order, `limit` (100, at most 1000) after the cursor `after`.

        `after` is `<epoch>:<t>`, or a `t` of the present epoch; without it the oldest kept come first.
        `next` is the page that goes on from here; it may still be empty, and fills as ticks arrive.
        """
        self.get_object()
        try:
            cursor, limit = pages.parse(request.query_params.dict())
        except pages.BadParameter as error:
            raise ValidationError({"detail": str(error)}) from None
        store = _store(name)
        if cursor is None:
            cursor = Cursor("", -1)
        elif not cursor.epoch:
            cursor = Cursor(store.epoch() or "", cursor.t)
        page = pages.read(store, cursor, limit)
        after = f"{page.cursor.epoch}:{page.cursor.t}"
        url = request.build_absolute_uri()
        return Response(
            {
                "next": replace_query_param(url, "after", after) if page.cursor.epoch else url,
                "epoch": page.cursor.epoch or None,
                "next_t": page.cursor.t if page.cursor.epoch else 0,
                "gaps": page.gaps,
                "ticks": [json.loads(line) for line in page.lines],
            }
        )


@cache
def _client() -> redis.Redis:
    return connect(settings.REDIS_URL)


def _store(stream: str) -> Store:
    return Store(settings.TICKS_ARCHIVE, HotLog(_client(), stream), stream)
