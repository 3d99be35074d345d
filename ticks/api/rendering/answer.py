"""What a view answers with, from which each renderer makes its own form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import orjson
from rest_framework.response import Response

from ticks.csv import Columns

Make = Callable[[], Sequence[bytes]]


class Answer(dict[str, Any]):
    """A JSON object, and the rows of it for the forms that have no place for anything else.

    `rows` are lines of JSON, and `lines` the same with what stands between them: most forms need neither, so they are
    made on demand. `columns` are those of ticks as a table; None for rows that are flat and have columns themselves.
    """

    def __init__(self, members: Mapping[str, Any], rows: Make, lines: Make | None = None) -> None:
        super().__init__(members)
        self.rows = rows
        self.lines = rows if lines is None else lines
        self.columns: Columns | None = None


class Listing(list[Mapping[str, Any]]):
    """A JSON array of rows."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(rows)
        self.rows = self.lines = partial(lines_of, rows)
        self.columns: Columns | None = None


Rows = Answer | Listing


class Told(Response):
    """An answer that has its media type also where there is nothing in it, such as no lines."""

    def close(self) -> None:
        """The view has the answer, and that the view: the collector would find what may be megabytes much later."""
        super().close()
        self.data = None
        vars(self).pop("renderer_context", None)

    @property
    def rendered_content(self) -> bytes:  # type: ignore[override]  # which Django would encode
        content: bytes = super().rendered_content
        self.headers.setdefault("Content-Type", self.content_type or str(self.accepted_renderer.media_type))
        return content


def lines_of(rows: Sequence[Mapping[str, Any]]) -> list[bytes]:
    return [orjson.dumps(row, default=str) for row in rows]


def raw(lines: Sequence[bytes]) -> list[orjson.Fragment]:
    """Lines that go into JSON as they are."""
    return [orjson.Fragment(line) for line in lines]
