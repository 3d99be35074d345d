"""Which part of a stream a subscriber wants: some fields of its ticks, and every so many-th of them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from ticks.batch import Batch
from ticks.tick import head

MAX_FIELDS = 100
MAX_PATH = 400
MAX_PATHS = 8000
"""Characters of a field's path, and of all together."""
MAX_PARTS = 32
"""Of a path, between its dots."""
MAX_DOWNSAMPLE = 1_000_000

_MISSING: Any = object()
_INDEX = re.compile(r"0|[1-9][0-9]{0,3}")
"""Of an array's item: the 10,000 first can be selected by themselves."""
_LONG_NUMBER = re.compile(rb"\d{19}")
"""In a line that has one, there may be an integer of more than 64 bits."""


@dataclass(frozen=True, slots=True)
class Selection:
    """`fields`: dotted paths, sorted, None for all. `downsample`: a tick is in when `t // downsample` is a new one."""

    fields: tuple[str, ...] | None = None
    downsample: int = 1

    def __str__(self) -> str:
        """The same for selections that are the same; empty where everything is selected."""
        if self == ALL:
            return ""
        return f"1/{self.downsample} of {'all' if self.fields is None else self.fields!r}"

    def records(self, batch: Batch) -> Sequence[bytes]:
        """The lines of a batch's ticks that are selected, with the fields that are."""
        lines = batch.records if self.downsample == 1 else list(self._every(batch))
        return lines if self.fields is None else [self.line(line) for line in lines]

    def line(self, line: bytes) -> bytes:
        """A tick with the selected fields: nested as they were, missing ones left out, `t` and `ts` always in."""
        if self.fields is None:
            return line
        try:
            record = loads(line)
        except ValueError:  # damaged, behind its head
            tick = head(line)
            record = {"t": tick.t, "ts": tick.ts}
        picked = _pick(record, _tree_of(self.fields))
        return dumps({"t": record["t"], "ts": record["ts"], **(picked if picked is not _MISSING else {})})

    def has(self, path: str) -> bool:
        """Whether a field is selected, by itself or with what it lies in."""
        return self.fields is None or any(path == one or path.startswith(f"{one}.") for one in self.fields)

    def _every(self, batch: Batch) -> Iterable[bytes]:
        prev = batch.before_t // self.downsample
        for line in batch.records:
            at = head(line).t // self.downsample
            if at != prev:
                yield line
            prev = at


ALL = Selection()
Tree = Mapping[str, Any]
"""By a path's first part, the tree of what follows it; None where the path ends."""


def select(fields: Iterable[str] | None, downsample: int = 1) -> Selection:
    """Without fields that lie in others. Raises `ValueError` naming what is wrong and what is allowed."""
    if not 1 <= downsample <= MAX_DOWNSAMPLE:
        raise ValueError(f"downsample={downsample} is not a whole number from 1 to {MAX_DOWNSAMPLE}")
    if fields is None:
        return Selection(None, downsample)
    paths = sorted(set(fields))
    if len(paths) > MAX_FIELDS:
        raise ValueError(f"fields has {len(paths)} paths: at most {MAX_FIELDS} are allowed")
    if sum(map(len, paths)) > MAX_PATHS:
        raise ValueError(f"fields has more than {MAX_PATHS} characters")
    for path in paths:
        if not path or len(path) > MAX_PATH or "" in path.split(".") or path.count(".") >= MAX_PARTS:
            raise ValueError(
                f"fields has {path[:80]!r}, which is no dotted path of 1 to {MAX_PATH} characters "
                f"in at most {MAX_PARTS} parts"
            )
    all_in = tuple(path for path in paths if not any(path.startswith(f"{one}.") for one in paths))
    return Selection(tuple(path for path in all_in if path not in ("t", "ts")), downsample)


def loads(line: bytes) -> Any:
    """The value of a line of JSON, integers of any size as they are."""
    return json.loads(line) if _LONG_NUMBER.search(line) else orjson.loads(line)


def dumps(value: Any) -> bytes:
    """Compact JSON."""
    try:
        return orjson.dumps(value)
    except TypeError:  # an integer of more than 64 bits
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


@lru_cache(maxsize=256)
def _tree_of(fields: tuple[str, ...]) -> Tree:
    tree: dict[str, Any] = {}
    for path in fields:
        *parts, last = path.split(".")
        node = tree
        for part in parts:
            node = node.setdefault(part, {})
        node[last] = None
    return tree


def _pick(value: Any, tree: Tree) -> Any:
    """What lies at the paths of a tree; missing where nothing does."""
    if isinstance(value, dict):
        return _pick_members(value, tree)
    return _pick_items(value, tree) if isinstance(value, list) else _MISSING


def _pick_members(members: dict[str, Any], tree: Tree) -> Any:
    picked = {}
    for key, below in tree.items():
        if key in members:
            child = members[key] if below is None else _pick(members[key], below)
            if child is not _MISSING:
                picked[key] = child
    for key in [key for key in members if "." in key]:  # keys may hold dots themselves
        below = _descend(tree, key.split("."))
        child = members[key] if below is None else _pick(members[key], below)
        if child is not _MISSING:
            picked[key] = child
    return picked or _MISSING


def _descend(tree: Tree, parts: Iterable[str]) -> Tree | None:
    """What of a tree lies below a path: None for all, nothing where the path is not in it."""
    for part in parts:
        below = tree.get(part, {})
        if below is None:
            return None
        tree = below
    return tree


def _pick_items(items: list[Any], tree: Tree) -> Any:
    """An array with nulls where an item is not selected; an object with `length` and the items, where that is."""
    found: dict[int, Any] = {}
    for key, below in tree.items():
        at = int(key) if _INDEX.fullmatch(key) else len(items)
        if at < len(items):
            child = items[at] if below is None else _pick(items[at], below)
            if child is not _MISSING:
                found[at] = child
    if "length" in tree:
        return {"length": len(items), **{str(at): found[at] for at in sorted(found)}}
    return [found.get(at) for at in range(max(found) + 1)] if found else _MISSING
