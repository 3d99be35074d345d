"""What is said of an operation, beside its docstring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiRequest, OpenApiResponse, extend_schema
from rest_framework.fields import empty

from ticks.api.query import FORMAT, Query
from ticks.api.schema import examples, shapes
from ticks.api.schema.shapes import Shape
from ticks.cursor import EPOCH, STREAM

F = TypeVar("F", bound=Callable[..., Any])

JSON, CSV, LINES, ZSTD = "application/json", "text/csv", "application/x-ndjson", "application/zstd"
FORMATS = {JSON: "json", CSV: "csv", LINES: "jsonl", ZSTD: "jsonl.zst"}

REFUSALS = {
    400: "A parameter is wrong; `detail` names it, its value and what is allowed.",
    401: "Sign in. That is also said of a stream that is not there, so that names don't leak.",
    403: "For staff alone.",
    404: "It is not there, or not yours to read.",
    409: "The place is ahead of the stream, the board another user's, or the stream has all its links; `detail` says.",
    406: "There is no such form of it.",
    415: "It is to be JSON.",
    429: "Too many requests; `Retry-After` says when to come back.",
    503: "What is asked for can't be looked up just now.",
}
FOR_RANGES = (400, 401, 404, 406, 409, 429, 503)
FOR_READERS = (400, 401, 404, 406, 429, 503)
FOR_STAFF = (400, 401, 403, 404, 406, 503)
FOR_ROOT = (400, 401, 406)
FOR_ALL = (400, 401, 406, 429)
FOR_EVERYBODY = (400, 401, 406, 429, 503)
FOR_OWNERS = (400, 401, 403, 404, 406, 429, 503)
FOR_MAKERS = (400, 401, 403, 404, 406, 409, 415, 429, 503)
FOR_WRITERS = (400, 401, 403, 404, 406, 409, 415, 429, 503)

PLACES = {
    "name": ({"type": "string", "pattern": f"^{STREAM.pattern}$"}, "The stream.", "main"),
    "t": ({"type": "string", "pattern": "^[0-9]{1,16}$"}, "The tick's number.", "17"),
    "key": (
        {"type": "string", "pattern": f"^{STREAM.pattern}:{EPOCH.pattern}:[0-9]{{1,16}}$"},
        "The segment: `<stream>:<epoch>:<first_t>`.",
        examples.SEGMENT["key"],
    ),
    "link": ({"type": "string", "pattern": "^[0-9a-f]{1,64}$"}, "The link.", examples.LINK["id"]),
    "id": ({"type": "string", "pattern": "^[0-9a-f]{1,64}$"}, "The connection.", examples.SUBSCRIBER["id"]),
}
"""What stands in paths."""
HEADERS = {
    "X-Board-User": (
        {"type": "string"},
        "Whose it is to be, by user name, percent-encoded. It is refused where somebody else is signed in by now.",
    ),
}
"""What may be sent besides."""


def operation(
    name: str,
    summary: str,
    forms: Mapping[str, tuple[Shape, Any]],
    *,
    query: type[Query] = Query,
    path: Sequence[str] = (),
    refusals: Sequence[int] = FOR_READERS,
    is_open: bool = True,
    has_parts: bool = False,
    is_made: bool = False,
    body: tuple[Shape, Any] | None = None,
    headers: Sequence[str] = (),
) -> Callable[[F], F]:
    """Describe a method of a view.

    `name`: by which clients call it. `forms`: shape and example by media type; none where it is only done.

    `is_open`: nobody needs to sign in for what is public. `has_parts`: it is a file, which has its form, and may be
    asked for by ranges. `is_made`: something is there now that was not. `body`: shape and example of what is sent.
    `headers`: what of `HEADERS` counts.
    """
    statuses = (201,) if is_made else (200, 206) if has_parts else (200,)
    answers = {(status, media): _answer("", *told) for status in statuses for media, told in forms.items()}
    refused = {(status, JSON): _answer(REFUSALS[status], shapes.ERROR, examples.ERRORS[status]) for status in refusals}
    done = {} if forms else {204: OpenApiResponse(None, "It is done.")}
    schemes: list[Any] = [{"token": []}, {"cookieAuth": []}, *([{}] if is_open else [])]
    decorated: Callable[[F], F] = extend_schema(
        operation_id=name,
        summary=summary,
        parameters=[*map(_in_path, path), *map(_in_header, headers), *_in_query(query, {} if has_parts else forms)],
        request={JSON: _sent(*body)} if body is not None else empty,
        responses={**answers, **done, **refused},
        auth=schemes,
    )
    return decorated


def tabular(shape: Shape, example: Any, csv: str, lines: str) -> dict[str, tuple[Shape, Any]]:
    """The forms of what has rows."""
    return {JSON: (shape, example), CSV: (shapes.TEXT, csv), LINES: (shapes.TEXT, lines)}


def _answer(description: str, shape: Shape, example: Any) -> OpenApiResponse:
    return OpenApiResponse(dict(shape), description, [OpenApiExample("example", example)])


def _sent(shape: Shape, example: Any) -> OpenApiRequest:
    return OpenApiRequest(dict(shape), examples=[OpenApiExample("example", example)])


def _in_path(name: str) -> OpenApiParameter:
    shape, description, example = PLACES[name]
    return OpenApiParameter(
        name, dict(shape), "path", required=True, description=description, examples=[OpenApiExample("example", example)]
    )


def _in_header(name: str) -> OpenApiParameter:
    shape, description = HEADERS[name]
    return OpenApiParameter(name, dict(shape), "header", description=description)


def _in_query(query: type[Query], forms: Mapping[str, Any]) -> list[OpenApiParameter]:
    told = [
        OpenApiParameter(name, dict(one.schema), "query", description=str(one.help_text))
        for name, one in query().parameters.items()
    ]
    words = [FORMATS[media] for media in forms if media in FORMATS]
    if words:
        form = {"type": "string", "enum": words}
        told.append(OpenApiParameter(FORMAT, form, "query", description="The answer's form, whatever is accepted."))
    return told
