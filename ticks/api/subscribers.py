"""Who is connected, over all web workers: for staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import redis
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.viewsets import ViewSet

from ticks.access.control import Answer, Question, ask
from ticks.access.door import answer_here
from ticks.api.errors import Unavailable
from ticks.api.parameters import Key, Name, Whole
from ticks.api.permissions import StaffOnly
from ticks.api.query import Query
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import FOR_STAFF, JSON, operation

ALONE = "Redis is away: these are the connections of the web worker that answers, and of no other."


class SubscribersQuery(Query):
    stream = Name("Only those of this stream.")
    after = Key("Those after this id.")
    limit = Whole("So many at most.", least=1, most=1000, default=100)


class SubscriberViewSet(ViewSet):
    """The connections of all web workers, oldest first: `limit` (100, at most 1000) of them after `after`, an id.

    `stream` narrows them to one stream, and `count` is how many there are. `silent` names the workers that did not
    answer within two seconds; whom they serve is not listed. DELETE ends a connection, which is told that staff did it.
    """

    query = SubscribersQuery
    permission_classes = [StaffOnly]
    lookup_url_kwarg = "id"
    lookup_value_regex = "[0-9a-f]{1,64}"

    @operation(
        "list_subscribers",
        "The connections",
        {JSON: (shapes.SUBSCRIBERS, examples.SUBSCRIBERS)},
        query=SubscribersQuery,
        refusals=FOR_STAFF,
        is_open=False,
    )
    def list(self, request: Request) -> Response:
        asked = self.query.of(request)
        limit = asked["limit"]
        answers, silent, detail = _asked({"ask": "rows", **asked, "after": asked["after"] or ""})
        rows = sorted((row for answer in answers for row in answer["rows"]), key=lambda row: str(row["id"]))
        url = remove_query_param(request.build_absolute_uri(), "after")
        more = len(rows) > limit or any(len(answer["rows"]) == limit for answer in answers)
        rows = rows[:limit]
        return Response(
            {
                "next": replace_query_param(url, "after", rows[-1]["id"]) if rows and more else None,
                "count": sum(answer["count"] for answer in answers),
                "silent": silent,
                "detail": detail,
                "subscribers": [_linked(row, request) for row in rows],
            }
        )

    @operation(
        "read_subscriber",
        "A connection",
        {JSON: (shapes.SUBSCRIBER, examples.SUBSCRIBER)},
        path=["id"],
        refusals=FOR_STAFF,
        is_open=False,
    )
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(_linked(_one({"ask": "row", "id": id}), request))

    @operation("end_subscriber", "End a connection", {}, path=["id"], refusals=FOR_STAFF, is_open=False)
    def destroy(self, request: Request, id: str) -> Response:
        _one({"ask": "end", "id": id})
        return Response(status=status.HTTP_204_NO_CONTENT)


def _linked(row: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """With the address at which it can be ended."""
    return {"url": reverse("subscriber-detail", args=[row["id"]], request=request), **row}


def _one(question: Question) -> dict[str, Any]:
    """The connection that it is about; raises `NotFound`, and `Unavailable` where a silent worker may have it."""
    answers, silent, detail = _asked(question)
    for answer in answers:
        for row in answer["rows"]:
            return dict(row)
    if silent or detail:
        raise Unavailable(detail or f"No answer from {', '.join(silent)}: ask again.")
    raise NotFound(f"There is no connection {question['id']!r}.")


def _asked(question: Question) -> tuple[list[Answer], list[str], str | None]:
    """The answers, the names of silent workers, and what else there is to say."""
    try:
        given, silent = ask(question)
    except redis.RedisError:
        return [answer_here(question)], [], ALONE
    return list(given), list(silent), None
