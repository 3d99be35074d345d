"""The shapes of answers, as JSON Schema. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticks.tick import MAX_T

Shape = Mapping[str, Any]


def an_object(properties: Mapping[str, Shape], *, is_open: bool = False) -> Shape:
    """Which has all of these, and others where it is open."""
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": is_open,
    }


def a_list(items: Shape) -> Shape:
    return {"type": "array", "items": items}


def perhaps(shape: Shape) -> Shape:
    """Or null."""
    return {**shape, "nullable": True}


def a_map(values: Shape) -> Shape:
    """From names to these."""
    return {"type": "object", "additionalProperties": values}


TEXT: Shape = {"type": "string"}
BINARY: Shape = {"type": "string", "format": "binary"}
NUMBER: Shape = {"type": "number"}
BOOLEAN: Shape = {"type": "boolean"}
COUNT: Shape = {"type": "integer", "minimum": 0}
T: Shape = {"type": "integer", "minimum": 0, "maximum": MAX_T}
AFTER_T: Shape = {"type": "integer", "minimum": -1, "maximum": MAX_T}
EPOCH: Shape = {"type": "string", "pattern": "^[0-9a-z]{13}$"}
URL: Shape = {"type": "string", "format": "uri"}

ERROR = an_object({"detail": TEXT})
TICK = an_object({"t": T, "ts": NUMBER}, is_open=True)
GAP: Shape = {
    **an_object({"after_t": AFTER_T, "next_t": T, "count": COUNT, "reason": TEXT}, is_open=True),
    "description": "Ticks that are not there, and why. With `epoch`, the numbering that begins there.",
}
STREAM = an_object(
    {
        "url": URL,
        "name": TEXT,
        "public": BOOLEAN,
        "description": TEXT,
        "fields": URL,
        "summary": URL,
        "ticks": URL,
        "series": URL,
        "gaps": URL,
        "export": URL,
        "health": URL,
        "board": URL,
    }
)
EPOCHS = a_list(
    an_object({"epoch": EPOCH, "oldest_t": T, "newest_t": T, "count": COUNT, "oldest_ts": NUMBER, "newest_ts": NUMBER})
)
STREAM_DETAIL = an_object(
    {
        **STREAM["properties"],
        "epochs": EPOCHS,
        "oldest_t": perhaps(T),
        "newest_t": perhaps(T),
        "count": COUNT,
        "rate": {**NUMBER, "minimum": 0, "description": "Ticks a second over the last minute."},
    }
)
FIELD = an_object(
    {
        "path": TEXT,
        "type": {"type": "string", "enum": ["number", "boolean", "length", "text"]},
        "unit": TEXT,
        "label": TEXT,
        "first_ts": perhaps(NUMBER),
        "last_ts": NUMBER,
    }
)
FIELDS = an_object({"stream": TEXT, "fields": a_list(FIELD)})
STATS = an_object({name: perhaps(NUMBER) for name in ("last", "min", "max", "mean")})
SUMMARY = an_object(
    {
        "stream": TEXT,
        "epoch": perhaps(EPOCH),
        "latest": perhaps(TICK),
        "period_s": NUMBER,
        "fields": a_map(STATS),
    }
)
PAGE = an_object(
    {
        "next": perhaps(URL),
        "previous": perhaps(URL),
        "epoch": perhaps(EPOCH),
        "next_t": AFTER_T,
        "gaps": a_list(GAP),
        "ticks": a_list(TICK),
    }
)
CURSOR = an_object({"epoch": EPOCH, "t": T})
COLUMN = an_object({**{name: a_list(perhaps(NUMBER)) for name in ("min", "max", "mean")}, "count": a_list(COUNT)})
SERIES = an_object(
    {
        "stream": TEXT,
        "from_ts": NUMBER,
        "to_ts": NUMBER,
        "width_s": NUMBER,
        "read_from": TEXT,
        "unknown": a_list(TEXT),
        "through": perhaps(CURSOR),
        "through_ts": perhaps(NUMBER),
        "ts": a_list(NUMBER),
        "fields": a_map(COLUMN),
    }
)
GAPS = an_object(
    {
        "stream": TEXT,
        "from_ts": NUMBER,
        "to_ts": NUMBER,
        "more": BOOLEAN,
        "gaps": a_list(
            an_object(
                {
                    "reason": {"type": "string", "enum": ["lost", "damaged", "unarchived", "expired", "epoch"]},
                    "epoch": EPOCH,
                    "after_t": AFTER_T,
                    "next_t": T,
                    "count": COUNT,
                    "from_ts": perhaps(NUMBER),
                    "to_ts": perhaps(NUMBER),
                }
            )
        ),
    }
)
PULSE = an_object(
    {
        "server_time": NUMBER,
        "signed_in": BOOLEAN,
        "streams": a_list(
            an_object(
                {
                    "name": TEXT,
                    "public": BOOLEAN,
                    "description": TEXT,
                    "producer": {"type": "string", "enum": ["up", "down"]},
                    "epoch": perhaps(EPOCH),
                    "t": perhaps(T),
                    "n": perhaps(COUNT),
                    "ts": perhaps(NUMBER),
                }
            )
        ),
    }
)
MOST_PATHS, MOST_CHARACTERS = 500, 400
"""Of a list of a board, and of each of its paths."""
PATH: Shape = {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS, "pattern": r"^[^\x00]*$"}
PATHS: Shape = {**a_list(PATH), "maxItems": MOST_PATHS, "uniqueItems": True}
BOARD = an_object({"pinned": PATHS, "hidden": PATHS, "order": PATHS})
MOST_DAYS, MOST_LABEL = 366, 64
"""For which a kiosk link holds, and of what it is called."""
LABEL: Shape = {"type": "string", "maxLength": MOST_LABEL, "pattern": r"^[^\x00]*$"}
DAYS: Shape = {"type": "integer", "minimum": 1, "maximum": MOST_DAYS}
MOMENT: Shape = {"type": "string", "format": "date-time"}
LINK_WANTED: Shape = {**an_object({"days": DAYS, "label": LABEL}), "required": ["days"]}
LINK = an_object(
    {
        "url": URL,
        "id": TEXT,
        "label": TEXT,
        "created_by": TEXT,
        "created": MOMENT,
        "expires": MOMENT,
        "used": perhaps(MOMENT),
    }
)
LINK_MADE = an_object({**LINK["properties"], "address": URL})
LINKS = an_object({"stream": TEXT, "links": a_list(LINK)})
SPREAD = an_object(dict.fromkeys(("p50", "p99", "max"), NUMBER))
PRODUCER = an_object(
    {
        "ts": NUMBER,
        "source": perhaps(TEXT),
        "host": perhaps(TEXT),
        "pid": perhaps(COUNT),
        "started": NUMBER,
        "epoch": EPOCH,
        "ticks": COUNT,
        "rate": NUMBER,
        "interval_s": perhaps(NUMBER),
        "late_ms": perhaps(SPREAD),
        "missed": perhaps(COUNT),
        "skipped": perhaps(COUNT),
        "owed": COUNT,
        "unarchived": COUNT,
        "raw_bytes": COUNT,
        "stored_bytes": COUNT,
    }
)
SERVER = an_object(
    {
        "workers": COUNT,
        "names": perhaps(a_list(TEXT)),
        "loop_lag_ms": perhaps(SPREAD),
        "subscribers": COUNT,
        "raw_bytes": COUNT,
        "sent_bytes": COUNT,
        "unpacked_bytes": COUNT,
        "repaired": COUNT,
    }
)
ARCHIVE = an_object(
    {
        "files": COUNT,
        "ticks": COUNT,
        "raw_bytes": COUNT,
        "stored_bytes": COUNT,
        "oldest_ts": perhaps(NUMBER),
        "newest_ts": perhaps(NUMBER),
    }
)
HEALTH = an_object(
    {
        "stream": TEXT,
        "server_time": NUMBER,
        "producer": perhaps(PRODUCER),
        "server": perhaps(SERVER),
        "archive": ARCHIVE,
    }
)
SEGMENT = an_object(
    {
        "url": URL,
        "key": TEXT,
        "stream": TEXT,
        "epoch": EPOCH,
        "first_t": T,
        "last_t": T,
        "n": COUNT,
        "count": COUNT,
        "min_ts": NUMBER,
        "max_ts": NUMBER,
        "bytes": COUNT,
        "stored": COUNT,
        "sealed": BOOLEAN,
        "download": URL,
    }
)
SEGMENTS = an_object({"next": perhaps(URL), "previous": perhaps(URL), "segments": a_list(SEGMENT)})
SUBSCRIBER = an_object(
    {
        "url": URL,
        "id": TEXT,
        "address": TEXT,
        "user": perhaps(TEXT),
        "token": perhaps(TEXT),
        "link": perhaps(TEXT),
        "transport": TEXT,
        "stream": TEXT,
        "since": MOMENT,
        "lag": an_object({"ticks": perhaps(COUNT), "s": perhaps(NUMBER)}),
        "bytes_sent": COUNT,
        "round_trip_ms": perhaps(NUMBER),
        "worker": TEXT,
    }
)
SUBSCRIBERS = an_object(
    {
        "next": perhaps(URL),
        "count": COUNT,
        "silent": a_list(TEXT),
        "detail": perhaps(TEXT),
        "subscribers": a_list(SUBSCRIBER),
    }
)
ROOT = a_map(URL)
