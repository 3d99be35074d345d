"""Who is connected, over all web workers: for staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import redis
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.viewsets import ViewSet

from ticks.access.control import Answer, Question, ask
from ticks.access.door import answer_here
from ticks.api.permissions import StaffOnly

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
PARAMETERS = ("stream", "after", "limit", "format")
ALONE = "Redis is away: these are the connections of the web worker that answers, and of no other."


class NotAnswered(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE


class SubscriberViewSet(ViewSet):
    """The connections of all web workers, oldest first: `limit` (100, at most 1000) of them after `after`, an id.

    `stream` narrows them to one stream, and `count` is how many there are. `silent` names the workers that did not
    answer within two seconds; whom they serve is not listed. DELETE ends a connection, which is told that staff did it.
    """

    permission_classes = [StaffOnly]
    lookup_value_regex = "[0-9a-f]{1,64}"

    def list(self, request: Request) -> Response:
        stream, after, limit = _parse(request.query_params.dict())
        answers, silent, detail = _asked({"ask": "rows", "stream": stream, "after": after, "limit": limit})
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

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(_linked(_one({"ask": "row", "id": pk}), request))

    def destroy(self, request: Request, pk: str) -> Response:
        _one({"ask": "end", "id": pk})
        return Response(status=status.HTTP_204_NO_CONTENT)


def _linked(row: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """With the address at which it can be ended."""
    return {"url": reverse("subscriber-detail", args=[row["id"]], request=request), **row}


def _one(question: Question) -> dict[str, Any]:
    """The connection that it is about; raises `NotFound`, and `NotAnswered` where a silent worker may have it."""
    answers, silent, detail = _asked(question)
    for answer in answers:
        for row in answer["rows"]:
            return dict(row)
    if silent or detail:
        raise NotAnswered(detail or f"No answer from {', '.join(silent)}: ask again.")
    raise NotFound(f"There is no connection {question['id']!r}.")


def _asked(question: Question) -> tuple[list[Answer], list[str], str | None]:
    """The answers, the names of silent workers, and what else there is to say."""
    try:
        given, silent = ask(question)
    except redis.RedisError:
        return [answer_here(question)], [], ALONE
    return list(given), list(silent), None


def _parse(query: dict[str, str]) -> tuple[str | None, str, int]:
    for name in query:
        if name not in PARAMETERS:
            raise ValidationError({"detail": f"unknown parameter {name!r}: allowed are {', '.join(PARAMETERS)}"})
    limit = query.get("limit", str(DEFAULT_LIMIT))
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 4 and 1 <= int(limit) <= MAX_LIMIT):
        raise ValidationError({"detail": f"limit={limit!r} is not a whole number from 1 to {MAX_LIMIT}"})
    return query.get("stream"), query.get("after", ""), int(limit)
