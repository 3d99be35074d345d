"""What comes over HTTP: server-sent events, lines of JSON, and the answers to who asks again and again."""

from __future__ import annotations

import json
import re
import zlib
from functools import lru_cache

from benchmarks.load.messages import KEPT, TICK, Message, Other, Ticks, listed

ID = re.compile(rb"^id: ([0-9a-z]{13}):(\d+)\ndata: \{", re.MULTILINE)
NAME = re.compile(rb"^event: (\w+)$", re.MULTILINE)
DATA = re.compile(rb"^data: (.*)$", re.MULTILINE)
COMMENT = re.compile(rb": (\w+)")
NOTHING = Other("heartbeat", {})


@lru_cache(KEPT)
def read_sse(payload: bytes) -> Message:
    """Events of ours. Raises `ValueError` for ticks that are not those that their ids name."""
    if payload.startswith(b":"):
        found = COMMENT.match(payload)
        return Other(found[1].decode() if found else "comment", {})
    if name := NAME.search(payload):
        data = DATA.search(payload)
        return Other(name[1].decode(), json.loads(data[1]) if data else {})
    ids, ticks = ID.findall(payload), listed(payload)
    if [int(t) for _, t in ids] != ticks.t or len({epoch for epoch, _ in ids}) != 1:
        raise ValueError(f"{ids} are the ids of other ticks than {ticks.t}")
    return ticks._replace(epoch=ids[0][0].decode())


def read_event(payload: bytes) -> Message:
    """An event of Nchan, whose ids are its own."""
    found = TICK.search(payload)
    return Ticks(None, [int(found[1])], [float(found[2])]) if found else NOTHING


@lru_cache(KEPT)
def read_lines(payload: bytes) -> Message:
    """Some lines of JSON. Raises `ValueError` where not each of them is a tick, nor is it one that is none."""
    if payload == b"\n":
        return NOTHING
    if not payload.startswith(b'{"t":'):
        fields = json.loads(payload)
        return Other(next(iter(fields)), fields)
    ticks, lines = listed(payload), payload.count(b"\n")
    if len(ticks.t) != lines:
        raise ValueError(f"{lines} lines have {len(ticks.t)} ticks")
    return ticks


@lru_cache(KEPT)
def read_gzip(payload: bytes) -> Message:
    """The same as a part of a gzip member that can be read by itself; its header has nothing."""
    if payload.startswith(b"\x1f\x8b"):
        return NOTHING
    return read_lines(zlib.decompressobj(-zlib.MAX_WBITS).decompress(payload))


@lru_cache(KEPT)
def read_poll(payload: bytes) -> Message:
    """An answer of `/poll`. Raises `ValueError` where it contradicts itself."""
    said = json.loads(payload)
    if said["gaps"]:
        return Other("gap", said)
    if not said["ticks"]:
        return NOTHING
    t = [tick["t"] for tick in said["ticks"]]
    if not said["t"] == said["next_t"] == t[-1] == said["data"]["t"] or not all(map(int.__lt__, t, t[1:])):
        raise ValueError(f"{said['t']}, {said['next_t']} and {said['data']['t']} are told of {t}")
    return Ticks(None, t, [float(tick["ts"]) for tick in said["ticks"]], said["epoch"])
