"""Ticks as CSV (RFC 4180), a row each, in one pass. Pure.

A column is a leaf of the records by its dotted path, the indices of arrays as parts of it: a number, a boolean, a
text, null, or an array or object that is empty. `length` below the path of an array is how long that is. Numbers
stand as JSON writes them, texts always quoted, arrays and objects as JSON; missing and null are empty cells. Line
ends are `\\n`, the text is UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

import orjson

from ticks.leaves import BROKEN, TS, T, indexed, leaves, parse
from ticks.tick import HEAD

REST, LENGTH = "other", "length"

_EMPTY = orjson.Fragment(b"")
_INDEX = re.compile(r"0|[1-9][0-9]*")
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


class _Unlike(Exception):
    """A record has not just what there are columns for."""


class _Node:
    """A place in the records: a column, or where the paths of columns go on."""

    __slots__ = ("are_leaves", "children", "column", "get", "kids", "kind", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.column: int | None = None
        self.children: dict[str, _Node] = {}
        self.kids: tuple[_Node, ...] = ()
        self.kind: type[Any] = dict
        self.are_leaves = False
        self.get: Callable[[Any], Sequence[Any]] = tuple

    def child(self, part: str, *, is_top: bool) -> _Node:
        return self.children.setdefault(part, _Node(part if is_top else f"{self.path}.{part}"))

    def finish(self) -> Iterator[int]:
        """To be called once all is there; gives the columns in the order in which `quick` finds them.

        Raises `_Unlike` where a column has columns below.
        """
        self.kids = tuple(self.children.values())
        self.are_leaves = not any(kid.children for kid in self.kids)
        if self.column is not None:
            if self.kids:
                raise _Unlike
            yield self.column
        elif all(_INDEX.fullmatch(part) and len(part) < 8 for part in self.children):
            self.kind = list
            self.get = _getter([int(part) for part in self.children])
        else:
            self.get = _getter(list(self.children))
        for kid in self.kids:
            yield from kid.finish()


class Columns:
    """Which paths have a column, in this order behind `t` and `ts`.

    One that leads to an array or object is a column of its JSON, unless there are columns below it. With `rest` a
    last column, `other`, has what of a tick has no column, as a JSON object by dotted path, so that nothing is lost:
    two fields of the same path (keys may hold dots themselves) stand there both. A line that is no JSON object has
    `t` and `ts`, if it begins with them, and is there itself in `other`, as it is.
    """

    def __init__(self, paths: Iterable[str], rest: bool = True) -> None:
        self.paths = [path for path in dict.fromkeys(paths) if path not in (T, TS)]
        self.rest = rest
        self._root = _Node("")
        names = [T, TS, *self.paths]
        for column, path in enumerate(names):
            node = self._root
            for part in path.split("."):
                node = node.child(part, is_top=node is self._root)
            node.column = column
        self._nothing = [_EMPTY] * len(names)
        self._end = b",\n" if rest else b"\n"
        try:
            found = list(self._root.finish())
            self._is_quick, self._in_order = True, _reorder(found)
        except _Unlike:
            self._is_quick, self._in_order = False, None

    @property
    def header(self) -> bytes:
        """The first line."""
        names = [T, TS, *self.paths]
        if self.rest:
            names.append(_unused(REST, names))
        cells = (f'"{name.replace(chr(34), chr(34) * 2)}"' if _NEEDS_QUOTES.search(name) else name for name in names)
        return ",".join(cells).encode("utf-8", "backslashreplace") + b"\n"

    def rows(self, lines: Iterable[bytes]) -> bytes:
        """A line for each of these lines of ticks."""
        return b"".join(map(self._row, lines))

    def _row(self, line: bytes) -> bytes:
        try:
            record = parse(line)
            return self._like(record) or self._unlike(record)
        except BROKEN:
            return self._damaged(line)

    def _like(self, record: dict[str, Any]) -> bytes:
        """The row of a record that has just what there are columns for, as most have; else nothing."""
        row: list[Any] = []
        try:
            if self._is_quick:
                self._quick(self._root, record, row)
        except (_Unlike, LookupError):
            return b""
        return _joined(row if self._in_order is None else self._in_order(row)) + self._end if row else b""

    def _quick(self, node: _Node, value: Any, row: list[Any]) -> None:
        """Raises `_Unlike`, `LookupError` where there is more or less than has a column, or of another kind."""
        if type(value) is not node.kind or (self.rest and len(value) != len(node.kids)):
            raise _Unlike
        if node.are_leaves:
            row += node.get(value)
            return
        for kid, one in zip(node.kids, node.get(value), strict=True):
            if kid.kids:
                self._quick(kid, one, row)
            else:
                row.append(one)

    def _unlike(self, record: dict[str, Any]) -> bytes:
        cells, rest = self._nothing.copy(), list[tuple[str, Any]]()
        self._walk(self._root, record.items(), cells, rest)
        return _joined(cells) + (b"," + _quoted(_object(rest)) + b"\n" if rest else self._end)

    def _walk(self, node: _Node, items: Iterable[tuple[str, Any]], cells: list[Any], rest: list[Any]) -> None:
        for key, value in items:
            child = node.children.get(key)
            if child is None and "." in key:
                child = _below(node, key)
            if child is None:
                if self.rest:
                    rest += leaves(value, key if node is self._root else f"{node.path}.{key}")
                continue
            if LENGTH in child.children and type(value) is list:
                self._walk(child, [(LENGTH, len(value))], cells, rest)
            if child.children and value and type(value) is dict:
                self._walk(child, value.items(), cells, rest)
            elif child.children and value and type(value) is list:
                self._walk(child, indexed(value), cells, rest)
            elif child.column is not None and cells[child.column] is _EMPTY:
                cells[child.column] = value
            elif self.rest:
                rest += leaves(value, child.path)

    def _damaged(self, line: bytes) -> bytes:
        head, cells = HEAD.match(line), self._nothing.copy()
        if head is not None:
            cells[:2] = orjson.Fragment(head[1]), orjson.Fragment(head[2])
        return _joined(cells) + (b"," + _quoted(_utf8(line)) + b"\n" if self.rest else self._end)


def _joined(cells: Sequence[Any]) -> bytes:
    """As JSON writes them, where that is what CSV wants."""
    row = orjson.dumps(cells)[1:-1]
    if b"\\" in row or b"null" in row or b"{" in row or b"[" in row:
        row = orjson.dumps([_cell(value) for value in cells])[1:-1]
    return row


def _cell(value: Any) -> Any:
    if value is None:
        return _EMPTY
    if type(value) is str:
        return orjson.Fragment(_quoted(value.encode()))
    if type(value) is dict or type(value) is list:
        return orjson.Fragment(_quoted(orjson.dumps(value)))
    return value


def _quoted(text: bytes) -> bytes:
    return b'"%b"' % text.replace(b'"', b'""')


def _utf8(line: bytes) -> bytes:
    return line.decode("utf-8", "backslashreplace").encode()


def _object(members: Iterable[tuple[str, Any]]) -> bytes:
    """JSON, in which a name may stand twice."""
    return b"{%b}" % b",".join(orjson.dumps(path) + b":" + orjson.dumps(value) for path, value in members)


def _below(node: _Node, key: str) -> _Node | None:
    """Where a key leads that holds dots itself."""
    for part in key.split("."):
        child = node.children.get(part)
        if child is None:
            return None
        node = child
    return node


def _getter(keys: Sequence[Any]) -> Callable[[Any], Sequence[Any]]:
    if len(keys) == 1:
        return lambda value: (value[keys[0]],)
    return itemgetter(*keys) if keys else tuple


def _reorder(columns: Sequence[int]) -> Callable[[Any], Sequence[Any]] | None:
    """From the order in which columns are found to their own; None where that is the same."""
    place = {column: at for at, column in enumerate(columns)}
    order = [place[column] for column in range(len(columns))]
    return itemgetter(*order) if order != sorted(order) else None


def _unused(name: str, names: Sequence[str]) -> str:
    while name in names:
        name += "_"
    return name
