"""Typed readers of the environment: a wrong value is named, with what is allowed."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

N = TypeVar("N", int, float)

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def words(name: str) -> list[str]:
    """A comma list; blanks around the items and empty items do not count."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


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
