"""An example of each answer. Pure."""

from __future__ import annotations

import json
from typing import Any

from ticks.api.resources import RESOURCES

API = "http://127.0.0.1:8000/api"
EPOCH = "0mwpx6cq0k3f9"
FROM_TS = 1795219200.0

TICK: dict[str, Any] = {"t": 17, "ts": 1795219217.001, "cpu": {"percent": 12.5}, "memory": {"used": 4123168768}}
GAP = {"after_t": 17, "next_t": 21, "count": 3, "reason": "expired"}
ERRORS = {
    status: {"detail": detail}
    for status, detail in {
        400: "limit='0' is not a whole number from 1 to 1000",
        401: "There is no public stream 'main': sign in.",
        403: "You do not have permission to perform this action.",
        404: "There is no stream 'main' that you may read.",
        406: "Could not satisfy the request Accept header.",
        409: f"after={EPOCH}:99 is ahead of the stream: its newest tick is t=17",
        415: 'Unsupported media type "text/plain" in request.',
        429: "1200 requests of 'history' a minute are allowed (TICKS_API_RATE=1200).",
        503: "What is asked for can't be looked up just now: try again.",
    }.items()
}
STREAM = {
    "url": f"{API}/streams/main/",
    "name": "main",
    "public": True,
    "description": "The host.",
    **{name: f"{API}/streams/main/{name}/" for name in RESOURCES},
}
STREAMS_CSV = f"url,name,public,description\n{API}/streams/main/,main,true,The host.\n"
STREAMS_LINES = f'{{"url":"{API}/streams/main/","name":"main","public":true,"description":"The host."}}\n'
STREAM_DETAIL = {
    **STREAM,
    "epochs": [
        {
            "epoch": EPOCH,
            "oldest_t": 1,
            "newest_t": 86400,
            "count": 86400,
            "oldest_ts": FROM_TS,
            "newest_ts": FROM_TS + 86399,
        }
    ],
    "oldest_t": 1,
    "newest_t": 86400,
    "count": 86400,
    "rate": 1.0,
}
FIELDS = {
    "stream": "main",
    "fields": [
        {
            "path": "cpu.percent",
            "type": "number",
            "unit": "%",
            "label": "CPU",
            "first_ts": FROM_TS,
            "last_ts": FROM_TS + 86399,
        }
    ],
}
FIELDS_CSV = "path,type,unit,label,first_ts,last_ts\ncpu.percent,number,%,CPU,1795219200.0,1795305599.0\n"
FIELDS_LINES = (
    '{"path":"cpu.percent","type":"number","unit":"%","label":"CPU","first_ts":1795219200.0,"last_ts":1795305599.0}\n'
)
SUMMARY = {
    "stream": "main",
    "epoch": EPOCH,
    "latest": TICK,
    "period_s": 300.0,
    "fields": {"cpu.percent": {"last": 12.5, "min": 3.0, "max": 40.0, "mean": 11.2}},
}
PAGE = {
    "next": f"{API}/streams/main/ticks/?cursor=after%3A{EPOCH}%3A17&limit=1",
    "previous": None,
    "epoch": EPOCH,
    "next_t": 17,
    "gaps": [],
    "ticks": [TICK],
}
PAGE_CSV = "t,ts,cpu.percent,memory.used,other\n17,1795219217.001,12.5,4123168768,\n"
PAGE_LINES = '{"t":17,"ts":1795219217.001,"cpu":{"percent":12.5},"memory":{"used":4123168768}}\n'
PACKED = "(zstd)"
SERIES = {
    "stream": "main",
    "from_ts": FROM_TS,
    "to_ts": FROM_TS + 120,
    "width_s": 60.0,
    "read_from": "rows of 60 s",
    "unknown": [],
    "through": {"epoch": EPOCH, "t": 86400},
    "through_ts": FROM_TS + 119,
    "ts": [FROM_TS, FROM_TS + 60],
    "fields": {"cpu.percent": {"min": [3.0, None], "max": [40.0, None], "mean": [11.2, None], "count": [60, 0]}},
}
SERIES_CSV = (
    "ts,cpu.percent.min,cpu.percent.max,cpu.percent.mean,cpu.percent.count\n"
    "1795219200.0,3.0,40.0,11.2,60\n1795219260.0,,,,0\n"
)
SERIES_LINES = (
    '{"ts":1795219200.0,"cpu.percent.min":3.0,"cpu.percent.max":40.0,"cpu.percent.mean":11.2,"cpu.percent.count":60}\n'
)
HOLE: dict[str, Any] = {
    "reason": "unarchived",
    "epoch": EPOCH,
    "after_t": 600,
    "next_t": 631,
    "count": 30,
    "from_ts": FROM_TS + 599,
    "to_ts": FROM_TS + 630,
}
GAPS = {"stream": "main", "from_ts": FROM_TS, "to_ts": FROM_TS + 3600, "more": False, "gaps": [HOLE]}
GAPS_CSV = f"{','.join(HOLE)}\n{','.join(map(str, HOLE.values()))}\n"
GAPS_LINES = json.dumps(HOLE, separators=(",", ":")) + "\n"
PULSE = {
    "server_time": FROM_TS + 86399.7,
    "signed_in": True,
    "streams": [
        {
            "name": "main",
            "public": True,
            "description": "The host.",
            "producer": "up",
            "epoch": EPOCH,
            "t": 86400,
            "n": 86400,
            "ts": FROM_TS + 86399.2,
        }
    ],
}
BOARD = {"pinned": ["cpu.percent"], "hidden": ["cpu.cores.0"], "order": ["memory.used", "disk.free"]}
LINK: dict[str, Any] = {
    "url": f"{API}/streams/main/links/8f1c2d3e4b5a6978/",
    "id": "8f1c2d3e4b5a6978",
    "label": "Hall",
    "created_by": "admin",
    "created": "2026-11-21T12:00:00Z",
    "expires": "2026-12-21T12:00:00Z",
    "used": None,
}
LINK_WANTED = {"days": 30, "label": "Hall"}
LINK_MADE = {**LINK, "address": f"http://127.0.0.1:8000/k/8f1c2d3e4b5a6978.{'s' * 43}/"}
LINKS = {"stream": "main", "links": [LINK]}
HEALTH = {
    "stream": "main",
    "server_time": FROM_TS + 86399.7,
    "producer": {
        "ts": FROM_TS + 86399.2,
        "source": "host",
        "host": "rig",
        "pid": 4711,
        "started": FROM_TS - 0.4,
        "epoch": EPOCH,
        "ticks": 86400,
        "rate": 1.0,
        "interval_s": 1.0,
        "late_ms": {"p50": 0.1, "p99": 0.3, "max": 0.6},
        "missed": 0,
        "skipped": 0,
        "owed": 0,
        "unarchived": 0,
        "raw_bytes": 116640000,
        "stored_bytes": 116640000,
    },
    "server": {
        "workers": 1,
        "names": ["rig:4712"],
        "loop_lag_ms": {"p50": 0.2, "p99": 1.3, "max": 4.1},
        "subscribers": 3,
        "raw_bytes": 116640000,
        "sent_bytes": 87480000,
        "unpacked_bytes": 349920000,
        "repaired": 0,
    },
    "archive": {
        "files": 25,
        "ticks": 86340,
        "raw_bytes": 116559000,
        "stored_bytes": 30250000,
        "oldest_ts": FROM_TS,
        "newest_ts": FROM_TS + 86339,
    },
}
SEGMENT = {
    "url": f"{API}/segments/main:{EPOCH}:1/",
    "key": f"main:{EPOCH}:1",
    "stream": "main",
    "epoch": EPOCH,
    "first_t": 1,
    "last_t": 3600,
    "n": 1,
    "count": 3600,
    "min_ts": FROM_TS,
    "max_ts": FROM_TS + 3599,
    "bytes": 4860000,
    "stored": 612345,
    "sealed": True,
    "download": f"{API}/segments/main:{EPOCH}:1/download/",
}
SEGMENTS_CSV = (
    ",".join(SEGMENT) + "\n" + ",".join(f"{value}".replace("True", "true") for value in SEGMENT.values()) + "\n"
)
SEGMENTS_LINES = json.dumps(SEGMENT, separators=(",", ":")) + "\n"
SEGMENTS = {"next": None, "previous": None, "segments": [SEGMENT]}
SUBSCRIBER = {
    "url": f"{API}/subscribers/019a1b2c3d4000000a1b2c3/",
    "id": "019a1b2c3d4000000a1b2c3",
    "address": "127.0.0.1",
    "user": "admin",
    "token": None,
    "link": None,
    "transport": "websocket",
    "stream": "main",
    "since": "2026-11-21T12:00:00.000+00:00",
    "lag": {"ticks": 0, "s": 0.0},
    "bytes_sent": 1048576,
    "round_trip_ms": 0.4,
    "worker": "host:4711",
}
SUBSCRIBERS = {"next": None, "count": 1, "silent": [], "detail": None, "subscribers": [SUBSCRIBER]}
ROOT = {name: f"{API}/{name}/" for name in ("streams", "pulse", "segments", "subscribers", "schema", "docs")}
