"""JSONL: from pieces of bytes to numbered lines, from a line to a record. Pure."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, NoReturn

from ticks.producer.sources.kinds import Bad, Item
from ticks.tick import MAX_BYTES

LINE_BYTES = MAX_BYTES + (64 << 10)
"""A longer line is given up: with all the white space that anybody writes, it can't be a tick."""
KINDS = {list: "an array", str: "a string", int: "a number", float: "a number", bool: "a boolean", type(None): "null"}


class _Constant(Exception):
    """NaN or an infinite number, which Python's decoder takes and JSON does not have."""


class Line(NamedTuple):
    """A line without its newline, counted from 1; None in place of one that is too long."""

    number: int
    text: bytes | None


class Splitter:
    """Cuts pieces, wherever they are cut, into lines; holds at most one line and a piece."""

    def __init__(self) -> None:
        self._ended = 0
        self._begun = bytearray()
        self._given_up = False

    def feed(self, piece: bytes) -> Iterator[Line]:
        """The lines that end in this piece, and one that has grown too long. To be read to its end."""
        start = 0
        while (end := piece.find(b"\n", start)) >= 0:
            line = self._finish(piece[start:end])
            if line is not None:
                yield line
            start = end + 1
        if self._grows_too_long(piece[start:]):
            yield Line(self._ended + 1, None)

    def end(self) -> Line | None:
        """The last line, where no newline ended it."""
        return self._finish(b"") if self._begun else None

    def _finish(self, rest: bytes) -> Line | None:
        self._ended += 1
        if self._given_up:
            self._given_up = False
            return None
        text = rest
        if self._begun:
            text = bytes(self._begun) + rest
            self._begun.clear()
        return Line(self._ended, text if len(text) <= LINE_BYTES else None)

    def _grows_too_long(self, rest: bytes) -> bool:
        if self._given_up:
            return False
        self._begun += rest
        if len(self._begun) <= LINE_BYTES:
            return False
        self._begun.clear()
        self._given_up = True
        return True


def split(pieces: Iterable[bytes], is_cut: Callable[[], bool] = lambda: False) -> Iterator[Line]:
    """The lines of all pieces; the last one needs no newline, unless more would have come: then it is none."""
    splitter = Splitter()
    for piece in pieces:
        yield from splitter.feed(piece)
    last = splitter.end()
    if last is not None and not is_cut():
        yield last


def records(
    pieces: Iterable[bytes], name: str = "", is_cut: Callable[[], bool] = lambda: False
) -> Iterator[Item | Bad]:
    """What the lines hold; blank ones are skipped, and counted. `name` stands before "line 17"; `is_cut` as above."""
    prefix = f"{name} line" if name else "line"
    for number, text in split(pieces, is_cut):
        where = f"{prefix} {number}"
        if text is None:
            yield Bad(where, f"longer than {LINE_BYTES} bytes")
            continue
        if number == 1:
            text = text.removeprefix(codecs.BOM_UTF8)
        if not text.strip():
            continue
        try:
            yield Item(parse(text), where)
        except ValueError as error:
            yield Bad(where, str(error))


def parse(text: bytes) -> dict[str, Any]:
    """The object that a line is. Raises `ValueError` with the reason, and the column where there is one."""
    try:
        value = _DECODER.decode(text.decode())
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8, byte {error.start + 1}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON, column {error.colno}: {_plain(error.msg)}") from None
    except RecursionError:
        raise ValueError("nested too deep") from None
    except _Constant as error:
        raise ValueError(f"{error} is not JSON") from None
    except ValueError:
        raise ValueError(f"a whole number has more than {sys.get_int_max_str_digits()} digits") from None
    if not isinstance(value, dict):
        raise ValueError(f"a tick is an object, not {KINDS[type(value)]}")
    return value


def _refuse(name: str) -> NoReturn:
    raise _Constant(name)


def _plain(message: str) -> str:
    message = message.removesuffix(" starting at").removesuffix(" at").removesuffix(": ")
    return message[:1].lower() + message[1:]


_DECODER = json.JSONDecoder(parse_constant=_refuse)
