"""How a user has arranged the dashboard of a stream: which charts are pinned, which are hidden, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, cast
from urllib.parse import unquote

import orjson
from rest_framework import status
from rest_framework.exceptions import NotAuthenticated, ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticks.api.base import StreamView
from ticks.api.errors import Conflict
from ticks.api.schema import examples, shapes
from ticks.api.schema.operation import FOR_OWNERS, FOR_WRITERS, JSON, operation
from ticks.api.schema.shapes import MOST_CHARACTERS, MOST_PATHS
from ticks.models import Board

LISTS = ("pinned", "hidden", "order")
USER = "X-Board-User"
"""The header that says whose board it is meant to be: a page that is left open outlives its user's session."""


class SignedIn(BasePermission):
    """Also for public streams: there is nobody else's to be had."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            raise NotAuthenticated("A board is its user's own: sign in, or show a token.")
        return True


class Body(BaseParser):
    media_type = JSON

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}.") from None


class BoardViewSet(StreamView):
    """How you have arranged the dashboard of a stream. It is yours alone: others have their own.

    PUT keeps it, DELETE forgets it; without one the lists are empty.
    """

    permission_classes = [SignedIn]
    parser_classes = [Body]
    is_shared = False

    @operation(
        "read_board",
        "Your board of a stream",
        {JSON: (shapes.BOARD, examples.BOARD)},
        path=["name"],
        refusals=FOR_OWNERS,
        is_open=False,
    )
    def list(self, request: Request, name: str) -> Response:
        board = Board.objects.filter(user=request.user.pk, stream=name).values(*LISTS).first()
        return Response(board or {one: [] for one in LISTS})

    @operation(
        "write_board",
        "Keep your board of a stream",
        {JSON: (shapes.BOARD, examples.BOARD)},
        path=["name"],
        refusals=FOR_WRITERS,
        is_open=False,
        body=(shapes.BOARD, examples.BOARD),
        headers=[USER],
    )
    def update(self, request: Request, name: str) -> Response:
        """All of it: what is not in the lists any more is forgotten."""
        _check_user(request)
        board = _checked(request.data)
        Board.objects.update_or_create(user_id=cast(int, request.user.pk), stream=self.stream, defaults=board)
        return Response(board)

    @operation("delete_board", "Forget your board of a stream", {}, path=["name"], refusals=FOR_OWNERS, is_open=False)
    def destroy(self, request: Request, name: str) -> Response:
        """Also where there is none."""
        Board.objects.filter(user=request.user.pk, stream=name).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _check_user(request: Request) -> None:
    """Raises `Conflict`."""
    meant, user = request.headers.get(USER), request.user.get_username()
    if meant is not None and unquote(meant) != user:
        raise Conflict(
            f"{USER}={meant[:80]!r} is not who is signed in, {user!r}: nothing was kept. Load the page anew."
        )


def _checked(data: Any) -> dict[str, list[str]]:
    """Raises `ValidationError`."""
    allowed = f"a board has the lists {', '.join(LISTS)}, and nothing else"
    if not isinstance(data, dict):
        raise _wrong(f"{allowed}: this is no object")
    lacking = [name for name in LISTS if name not in data]
    if lacking:
        raise _wrong(f"{lacking[0]} is missing: {allowed}")
    for name in data:
        if name not in LISTS:
            raise _wrong(f"unknown {name[:80]!r}: {allowed}")
    return {name: _paths(name, data[name]) for name in LISTS}


def _paths(name: str, given: Any) -> list[str]:
    if not isinstance(given, list):
        raise _wrong(f"{name} is not a list of paths")
    if len(given) > MOST_PATHS:
        raise _wrong(f"{name} has {len(given)} paths: at most {MOST_PATHS} are allowed")
    for at, path in enumerate(given):
        if not (isinstance(path, str) and 0 < len(path) <= MOST_CHARACTERS and "\0" not in path):
            raise _wrong(f"{name}[{at}] is not a text of 1 to {MOST_CHARACTERS} characters, none of them NUL")
    if len(set(given)) < len(given):
        twice = next(path for at, path in enumerate(given) if path in given[:at])
        raise _wrong(f"{name} has {twice[:80]!r} twice")
    return given


def _wrong(detail: str) -> ValidationError:
    return ValidationError({"detail": detail})
