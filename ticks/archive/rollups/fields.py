"""The fields that a stream's ticks were seen to have, in the database."""

from __future__ import annotations

from collections.abc import Mapping

from ticks.archive.rollups.cascade import Seen
from ticks.models import Field

MAX_FIELDS = 5000
"""Of a stream. A source that names ever new ones fills no database."""


class Fields:
    """Keeps those of one stream up to date."""

    def __init__(self, stream: str) -> None:
        self._stream = stream
        self._known = {field.path: field for field in Field.objects.filter(stream=stream)}

    def note(self, seen: Mapping[str, Seen]) -> None:
        """Some of them were seen (again)."""
        changed = []
        for path, one in seen.items():
            field = self._known.get(path)
            if field is None:
                if len(self._known) >= MAX_FIELDS:
                    continue
                field = Field(stream=self._stream, path=path, kind=one.kind, first_ts=one.first_ts, last_ts=one.last_ts)
                self._known[path] = field
            field.first_ts = min(field.first_ts, one.first_ts)
            field.last_ts = max(field.last_ts, one.last_ts)
            changed.append(field)
        Field.objects.bulk_create(
            changed,
            batch_size=100,
            update_conflicts=True,
            unique_fields=["stream", "path"],
            update_fields=["first_ts", "last_ts"],
        )
