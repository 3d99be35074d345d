"""What a source says of a stream's fields. Pure."""

from __future__ import annotations

from collections.abc import Mapping


def described(declared: Mapping[str, Mapping[str, str]], path: str) -> dict[str, str]:
    """Unit and label of a field; without a unit and with its own path as label where its source says nothing."""
    about = declared.get(path) or next((declared[key] for key in declared if _matches(key, path)), {})
    return {"unit": about.get("unit") or "", "label": about.get("label") or path}


def _matches(key: str, path: str) -> bool:
    """A `*` stands for any one part."""
    parts, others = key.split("."), path.split(".")
    return len(parts) == len(others) and all(part in ("*", other) for part, other in zip(parts, others, strict=True))
