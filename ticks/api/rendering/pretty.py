"""JSON in a page for people: one record a line, addresses as links. Fast for megabytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

import orjson

from ticks.api.rendering.json import Json
from ticks.selection import dumps, loads

DEEPEST = 3
"""So deep each member of an object has a line of its own."""
_ADDRESS = re.compile(r"&quot;(https?://(?:[^&\s\\]|&amp;)+)&quot;")
"""In escaped text: a string that is nothing else."""
_LINK = r'&quot;<a href="\1" rel="nofollow noopener noreferrer">\1</a>&quot;'


def html(data: Any) -> str:
    """Safe to be put into a page as it is."""
    return _ADDRESS.sub(_LINK, escape(laid_out(data)))


def laid_out(data: Any, depth: int = 0) -> str:
    """JSON, each item of an array of objects or arrays on one line; what is alone is opened up."""
    if isinstance(data, orjson.Fragment) and depth == 0:
        line = Json().render(data)
        try:
            data = loads(line)
        except ValueError:  # damaged
            return line.decode(errors="replace")
    pad = "  " * (depth + 1)
    if isinstance(data, Mapping) and data and depth < DEEPEST:
        members = (f"{pad}{_dumped(str(key))}: {laid_out(value, depth + 1)}" for key, value in data.items())
        return "{\n" + ",\n".join(members) + f"\n{pad[2:]}}}"
    if isinstance(data, list) and data and depth == 0:
        return "[\n" + ",\n".join(f"{pad}{laid_out(item, 1)}" for item in data) + "\n]"
    if isinstance(data, list) and any(not isinstance(item, str | int | float | None) for item in data):
        return "[\n" + ",\n".join(f"{pad}{_dumped(item)}" for item in data) + f"\n{pad[2:]}]"
    return _dumped(data)


def _dumped(value: Any) -> str:
    try:
        return Json().render(value).decode() or "null"
    except TypeError:  # an integer of more than 64 bits
        return dumps(value).decode()
