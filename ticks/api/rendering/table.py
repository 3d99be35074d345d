"""The rows of an answer as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer

from ticks.api.rendering.answer import Rows


class Table(BaseRenderer):
    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Rows,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data.columns is not None:
            return data.columns.header + data.columns.rows(data.rows())
        return _table([orjson.loads(row) for row in data.rows()])


def _table(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """With the columns that any of the rows has."""
    text = io.StringIO()
    table = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
    table.writeheader()
    table.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    """As JSON has it, but for texts and nothing."""
    return orjson.dumps(value).decode() if isinstance(value, bool | dict | list) else value
