"""The value of one field in a tick. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def value_of(path: str) -> Callable[[Any], float | None]:
    """Finds the number that a rollup of this field would count in a record (see `Values`)."""
    parts = path.split(".")
    first, *rest = parts
    second = rest[0] if len(rest) == 1 else None

    def find(record: Any) -> float | None:
        try:
            value = record[first]
            for part in rest:
                value = value[part]
        except (LookupError, TypeError):
            return _find(record, parts)
        return value if type(value) is float else _number(value)

    def find_in_group(record: Any) -> float | None:
        try:
            value = record[first][second]
        except (LookupError, TypeError):
            return _find(record, parts)
        return value if type(value) is float else _number(value)

    return find if second is None else find_in_group


def _find(value: Any, parts: Sequence[str]) -> float | None:
    """Keys may hold dots themselves, and arrays have indices or a length."""
    if not parts:
        return _number(value)
    if isinstance(value, list):
        return _of_array(value, parts)
    if isinstance(value, dict):
        for end in range(1, len(parts) + 1):
            child = value.get(".".join(parts[:end]))
            found = _find(child, parts[end:]) if child is not None else None
            if found is not None:
                return found
    return None


def _of_array(items: list[Any], parts: Sequence[str]) -> float | None:
    first = next((item for item in items if item is not None), None)
    if not isinstance(first, int | float):
        return len(items) if list(parts) == ["length"] else None
    at = int(parts[0]) if parts[0].isdecimal() and str(int(parts[0])) == parts[0] else len(items)
    return _find(items[at], parts[1:]) if at < len(items) else None


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None
