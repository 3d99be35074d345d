"""Typed readers of the environment: a wrong value is named, with what is allowed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

N = TypeVar("N", int, float)

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")
UNITS = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}
"""Powers of two."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def words(name: str) -> list[str]:
    """A comma list; blanks around the items and empty items do not count."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def origins(name: str) -> list[str]:
    """A comma list of origins, as browsers write them: scheme, name and perhaps a port."""
    found = words(name)
    for origin in found:
        if not _ORIGIN.fullmatch(origin):
            raise ImproperlyConfigured(
                f"{name} has {origin!r}, which is no origin: use http:// or https://, a name in lower case, "
                "perhaps a port, such as https://ticks.example:8443, without anything after it."
            )
    return found


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE | FALSE:
        return value.strip().lower() in TRUE
    raise ImproperlyConfigured(f"{name}={value!r} is neither on nor off: use 1 or 0.")


def integer(name: str, default: int, *, least: int = 0) -> int:
    return _number(name, default, int, "a whole number", least)


def seconds(name: str, default: float, *, least: float = 0.0) -> float:
    return _number(name, default, float, "a number of seconds", least)


def size(name: str, default: int) -> int:
    return _number(name, default, parse_size, "a number of bytes, such as 500M or 10G", 0)


def days(name: str, default: float, *, no_less_than: str | None = None) -> float:
    """`no_less_than` names another number of days. In both 0 is for ever, and so the most."""
    number = _number(name, default, float, "a number of days", 0.0)
    if no_less_than is not None and number:
        other = days(no_less_than, 0.0)
        if not 0 < other <= number:
            raise ImproperlyConfigured(
                f"{name}={number:g} is less than {no_less_than}={other:g}{'' if other else ' (for ever)'}: "
                f"use 0 (for ever){f', or at least {other:g}' if other else ''}."
            )
    return number


def parse_size(value: str) -> int:
    """Bytes, also with a binary unit: `10G`. Raises `ValueError`."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT]?)", value.strip())
    if found is None:
        raise ValueError(f"{value!r} is no number of bytes")
    return int(float(found[1]) * 2 ** UNITS[found[2]]) if found[2] else int(found[1])


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r} is not allowed: use one of {', '.join(allowed)}.")
    return value


def _number(name: str, default: N, kind: Callable[[str], N], what: str, least: N) -> N:
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        number = kind(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not {what}.") from None
    if not least <= number < float("inf"):
        raise ImproperlyConfigured(f"{name}={value!r} is too small: it must be {what}, at least {least}.")
    return number
