"""What may be given to the API in a query: each kind of parameter says what it allows."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rest_framework import serializers

from ticks.cursor import EPOCH, STREAM, Cursor
from ticks.history.pages import Place
from ticks.query import paths
from ticks.selection import select
from ticks.tick import MAX_T

MIN_TS, MAX_TS = -62_135_596_800, 253_402_300_799
"""UNIX seconds: the years 1 to 9999."""
PATH = r"[^.,\s]+(\.[^.,\s]+){0,31}"
QUOTED = r'"[^."\\\s]{1,40}(\.[^."\\\s]{1,40}){0,7}"'
"""A path in JSON."""


class Wrong(ValueError):
    """Says what is wrong, where that is more than that it is not what is allowed."""


class Parameter(serializers.Field[Any, str, Any, Any]):
    """One of a query, absent unless given. `otherwise` is what that means."""

    allowed = ""
    """Such as: a whole number. What is given otherwise is told that it is none."""
    example = ""
    """For the form."""
    schema: Mapping[str, Any] = {"type": "string"}
    """What is allowed, in OpenAPI 3."""

    def __init__(self, help_text: str, *, default: Any = None) -> None:
        super().__init__(required=False, help_text=help_text)
        self.otherwise = default

    def read(self, text: str) -> Any:
        """What a text means. Raises `ValueError`, `Wrong` among them."""
        raise NotImplementedError

    def to_internal_value(self, data: str) -> Any:
        try:
            return self.read(data)
        except Wrong as error:
            raise serializers.ValidationError(str(error)) from None
        except ValueError:
            raise serializers.ValidationError(f"{self.field_name}={data[:80]!r} is not {self.allowed}") from None

    def to_representation(self, value: Any) -> str:
        return str(value)


class Whole(Parameter):
    """A whole number."""

    def __init__(self, help_text: str, *, least: int, most: int, default: int) -> None:
        super().__init__(help_text, default=default)
        self.least, self.most = least, most
        self.allowed = f"a whole number from {least} to {most}"
        self.schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}

    def read(self, text: str) -> int:
        number = _whole(text, len(str(self.most)))
        if not self.least <= number <= self.most:
            raise ValueError
        return number


class Choice(Parameter):
    """One of some words; the first is what is meant where it is absent."""

    def __init__(self, help_text: str, words: Sequence[str]) -> None:
        super().__init__(help_text, default=words[0])
        self.words = words
        self.allowed = " or ".join(words)
        self.schema = {"type": "string", "enum": list(words), "default": words[0]}

    def read(self, text: str) -> str:
        if text not in self.words:
            raise ValueError
        return text


class Moment(Parameter):
    """A point in time, in UNIX seconds."""

    allowed = "a time: ISO 8601 with its zone, UNIX seconds, or negative: seconds ago"
    schema = {
        "oneOf": [
            {"type": "number", "minimum": MIN_TS, "maximum": MAX_TS},
            {"type": "string", "format": "date-time"},
        ]
    }

    def __init__(self, help_text: str, *, example: str = "-3600") -> None:
        super().__init__(help_text)
        self.example = example

    def read(self, text: str) -> float:
        try:
            given = float(text)
        except ValueError:
            # A plus that stands in a query unescaped arrives as a space.
            moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
            if moment.tzinfo is None:
                raise Wrong(f"{self.field_name}={text[:80]!r} has no zone: add Z, or +01:00") from None
            return moment.timestamp()
        if not MIN_TS <= given <= MAX_TS or "_" in text:
            raise ValueError
        return time.time() + given if given < 0 else given


class Tick(Parameter):
    """A place in a stream; its epoch is empty where only a `t` is given."""

    allowed = f"<epoch>:<t> or a whole number from -1 (before all) to {MAX_T}"
    schema = {"type": "string", "pattern": f"^({EPOCH.pattern}:)?(-1|[0-9]{{1,15}})$"}

    def read(self, text: str) -> Cursor:
        epoch, colon, t = text.rpartition(":")
        return Cursor(_epoch(epoch) if colon else "", -1 if t == "-1" else _t(t))


class Epoch(Parameter):
    """An epoch's name."""

    allowed = "an epoch's name: 13 characters a-z, 0-9"
    schema = {"type": "string", "pattern": f"^{EPOCH.pattern}$"}

    def read(self, text: str) -> str:
        return _epoch(text)


class PageCursor(Parameter):
    """The place of a page, as `next` and `previous` name it."""

    allowed = "after:<epoch>:<t> or before:<epoch>:<t>, as next and previous have it"
    schema = {"type": "string", "pattern": f"^(after|before):{EPOCH.pattern}:[0-9]{{1,15}}$"}

    def read(self, text: str) -> Place:
        side, epoch, t = text.split(":")
        if side == "after":
            return Place("after", Cursor(_epoch(epoch), _t(t)))
        if side == "before":
            return Place("before", Cursor(_epoch(epoch), _t(t)))
        raise ValueError


class Paths(Parameter):
    """Fields by their dotted paths, in the order given, each once."""

    allowed = "dotted paths with commas between them, or a JSON list of them"
    example = "cpu.percent,memory.used"
    schema = {
        "anyOf": [
            {"type": "string", "maxLength": 400, "pattern": f"^{PATH}(,{PATH})*$"},
            {"type": "string", "pattern": rf"^\[{QUOTED}(,{QUOTED}){{0,9}}\]$"},
        ]
    }

    def read(self, text: str) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(paths(text)))
        try:
            select(found)
        except ValueError as error:
            raise Wrong(str(error)) from None
        return found


class Name(Parameter):
    """A stream's name."""

    allowed = "a stream's name: a-z, 0-9, '_', '.', '-', at most 64"
    schema = {"type": "string", "pattern": f"^{STREAM.pattern}$"}

    def read(self, text: str) -> str:
        if not STREAM.fullmatch(text):
            raise ValueError
        return text


class Key(Parameter):
    """The id of a connection."""

    allowed = "an id: 1 to 64 of 0-9, a-f"
    schema = {"type": "string", "pattern": "^[0-9a-f]{1,64}$"}

    def read(self, text: str) -> str:
        if not re.fullmatch("[0-9a-f]{1,64}", text):
            raise ValueError
        return text


def _whole(text: str, digits: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= digits):
        raise ValueError
    return int(text)


def _t(text: str) -> int:
    t = _whole(text, len(str(MAX_T)))
    if t > MAX_T:
        raise ValueError
    return t


def _epoch(text: str) -> str:
    if not EPOCH.fullmatch(text):
        raise ValueError
    return text
