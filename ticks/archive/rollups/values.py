"""The values of ticks by field. Pure.

A field is named by its dotted path. Numbers count as they are, booleans as 0 and 1. An array of numbers has a field
an index, any other array one of its `length`. Of texts it is only known that they are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from ticks.archive.rollups.row import MAX_FIELDS, Stat, of_values

MAX_PATH = 400
"""Bytes of a field's path, as JSON writes it."""

NUMBER, BOOLEAN, LENGTH, TEXT = "number", "boolean", "length", "text"
_KINDS = {float: NUMBER, int: NUMBER, bool: BOOLEAN, list: LENGTH, str: TEXT}


class Leaf:
    """A field, and its values since they were taken last."""

    __slots__ = ("add", "kind", "seen", "values")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        """By its first value."""
        self.seen = False
        """Whether a text was there, since the values were taken last."""
        self.values: list[float] = []
        self.add = self.values.append


class Node:
    """A place in the records, known by the keys that lead to it."""

    __slots__ = ("children", "leaf", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.leaf: Leaf | None = None
        self.children: dict[str | int, Node] = {}


class Values:
    """Gathers the values of records, field by field."""

    def __init__(self) -> None:
        self._leaves: dict[str, Leaf] = {}
        self._root = Node("")
        self._nodes = 0
        self.is_full = False
        """Whether there was more than is allowed, since the values were taken last."""

    def add(self, record: Mapping[str, Any]) -> None:
        """Those of one tick, without `t` and `ts`."""
        self._walk(self._root, record.items())

    def take(self) -> tuple[dict[str, Stat], dict[str, str]]:
        """Of each field that had values since the last time, what they were; and the kinds of all that was there."""
        stats, kinds = {}, {}
        for path, leaf in self._leaves.items():
            if leaf.values:
                stats[path] = of_values(leaf.values)
                leaf.values.clear()
            elif not leaf.seen:
                continue
            kinds[path] = leaf.kind
            leaf.seen = False
        self.is_full = False
        return stats, kinds

    def _walk(self, node: Node, items: Iterable[tuple[str | int, Any]]) -> None:
        children = node.children
        for key, value in items:
            kind = type(value)
            child = children.get(key)
            if child is None:
                child = self._grow(node, key)
            if kind is float or kind is int:
                (child.leaf or self._leaf(child, kind)).add(value)
            elif kind is dict:
                self._walk(child, value.items())
            elif kind is str:
                (child.leaf or self._leaf(child, kind)).seen = True
            elif kind is bool:
                (child.leaf or self._leaf(child, kind)).add(int(value))
            elif kind is list:
                self._list(child, value)

    def _list(self, node: Node, items: Sequence[Any]) -> None:
        first = next((item for item in items if item is not None), None)
        if isinstance(first, int | float):
            self._walk(node, enumerate(items))
        else:
            child = node.children.get("length") or self._grow(node, "length")
            (child.leaf or self._leaf(child, list)).add(len(items))

    def _grow(self, node: Node, key: str | int) -> Node:
        child = Node(f"{node.path}.{key}" if node is not self._root else str(key))
        if len(orjson.dumps(child.path)) - 2 > MAX_PATH:
            self.is_full = True
        elif self._has_room(self._nodes, 2 * MAX_FIELDS):
            self._nodes += 1
            node.children[key] = child
        return child

    def _leaf(self, node: Node, kind: type) -> Leaf:
        """Keys may hold dots themselves: then two places are one field."""
        leaf = self._leaves.get(node.path)
        if leaf is None:
            leaf = Leaf(_KINDS[kind])
            if len(orjson.dumps(node.path)) - 2 <= MAX_PATH and self._has_room(len(self._leaves), MAX_FIELDS):
                self._leaves[node.path] = leaf
        node.leaf = leaf
        return leaf

    def _has_room(self, number: int, most: int) -> bool:
        """Where there is none, what earlier ticks had gives way, once."""
        if number < most:
            return True
        if not self.is_full:
            self.is_full = True
            self._leaves = {path: leaf for path, leaf in self._leaves.items() if leaf.values or leaf.seen}
            self._nodes = self._prune(self._root)
            return len(self._leaves) < MAX_FIELDS and self._nodes < 2 * MAX_FIELDS
        return False

    def _prune(self, node: Node) -> int:
        """Drop the places below this one that lead to no field; returns how many are left."""
        left = 0
        for key, child in list(node.children.items()):
            below = self._prune(child)
            if below or child.path in self._leaves:
                left += 1 + below
            else:
                del node.children[key]
        return left
