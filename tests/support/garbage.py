"""What no client should say: messages and requests that are nearly right, quite wrong, or no such thing at all.

Everything comes from the `Random` that is given, so a seed gives all of it again.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Callable, Mapping
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes

from tests.support.frames import BINARY, TEXT

MESSAGES: dict[str, dict[str, Any]] = {
    "ack": {"t": 10, "epoch": "0mwpx6cq0aaaa"},
    "ping": {"t0": 1700000000.5},
    "subscribe": {
        "fields": ["agents.0.x", "ts"],
        "downsample": 10,
        "from_t": 5,
        "epoch": "0mwpx6cq0aaaa",
        "from_ts": -5,
    },
    "pause": {},
    "resume": {},
    "replay": {"from_t": 5, "from_ts": -10, "epoch": "0mwpx6cq0aaaa", "speed": 100},
}
PARAMETERS = {
    "stream": "main",
    "from_t": "5",
    "epoch": "0mwpx6cq0aaaa",
    "from_ts": "-5",
    "slow": "skip",
    "fields": "agents.0.x,ts",
    "downsample": "10",
    "batch_ms": "100",
    "batch_n": "10",
    "format": "msgpack",
    "compression": "none",
    "link": "main:1abcde:c2lnbmF0dXJl",
}
HTTP_PARAMETERS = {
    "/stream": PARAMETERS,
    "/poll": {"last_t": "5", "limit": "3", "timeout": "0"},
    "/incremental": {"from_t": "5", "limit": "3"},
    "/range": {"t0": "5", "t1": "9", "limit": "3"},
}
HTTP_PARAMETERS |= {
    path: {**{name: PARAMETERS[name] for name in ("stream", "epoch", "fields", "downsample")}, **own}
    for path, own in HTTP_PARAMETERS.items()
    if path != "/stream"
}
HEADERS = [
    "Origin",
    "Host",
    "Sec-WebSocket-Protocol",
    "Cookie",
    "Authorization",
    "X-Forwarded-For",
    "Sec-WebSocket-Extensions",
]
VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, -2, 1.5, -0.0, 1e308, 2**31, 2**53, 2**53 + 1, 2**63, 2**64, -(2**63) - 1),
    *(float("nan"), float("inf"), float("-inf"), "", " ", "0", "5", "-1", "null", "main", "a" * 65, "x" * 5000),
    *("\x00", "\ud800", "a\udfffb", "é", "\u202e", "%00", "agents..x", ".", "..", "a.b" * 200, "0mwpx6cq0aaaa"),
    *([], {}, [[]], [None], [1, 2], ["ts"] * 500, {"t": 1}, {"a": {"b": {}}}, ["\ud800"], [[["a"]]]),
]  # fmt: skip
"""Values of a kind, a size or a content that a place has no use for."""
BROKEN = 0.01
"""So many texts of random bytes are no UTF-8, which ends a connection."""


def message(random: Random) -> tuple[int, bytes]:
    """Opcode and payload."""
    make: Callable[[Random], tuple[int, bytes]] = random.choice([_nearly, _nearly, _nearly, _packed, _json, _odd, _raw])
    return make(random)


def query(random: Random, parameters: Mapping[str, str] = PARAMETERS) -> bytes:
    """A query string, with nothing in it that would end a request line."""
    parts = [_parameter(random, parameters) for _ in range(random.choice([0, 1, 1, 2, 3, 5, 30]))]
    return random.choice([b"&", b"&", b"&", b";", b"&&", b"&=&"]).join(parts).replace(b" ", b"%20")


def headers(random: Random, host: str) -> list[bytes]:
    """Lines: always a Host, mostly the right one, and others that are anything."""
    lines = [b"Host: " + (host.encode() if random.random() < 0.9 else text(random))]
    for _ in range(random.choice([0, 0, 1, 1, 2, 4, 20])):
        name = random.choice(HEADERS[random.random() < 0.95 :]).encode()
        lines.append(name + b": " + random.choice([_header, text])(random))
    return lines


def _nearly(random: Random) -> tuple[int, bytes]:
    """A message of the protocol with something wrong; now and then with nothing."""
    return TEXT, json.dumps(_wrong(random)).encode()


def _wrong(random: Random) -> dict[Any, Any]:
    kind = random.choice(list(MESSAGES))
    told: dict[Any, Any] = {"type": kind, **MESSAGES[kind]}
    for _ in range(random.choice([0, 1, 1, 1, 2, 3])):
        key = random.choice([*told, "type", "unknown"]) if told else "type"
        change = random.randrange(4)
        if change == 0:
            told.pop(key, None)
        elif change == 1:
            told[random.choice([str(key).upper(), f"{key} ", f"{key}\x00", "t", "__class__"])] = random.choice(VALUES)
        else:
            told[key] = random.choice(VALUES)
    return told


def _json(random: Random) -> tuple[int, bytes]:
    """Of any kind and depth, now and then cut off."""
    text = json.dumps(_value(random, random.randrange(5))).encode()
    return TEXT, text[: random.randrange(len(text) + 1)] if random.random() < 0.3 else text


def _odd(random: Random) -> tuple[int, bytes]:
    """What parsers stumble over."""
    depth, digits = random.choice([100, 900, 5000, 30_000]), random.choice([20, 400, 4301, 60_000])
    kind = random.choice(list(MESSAGES))
    return TEXT, random.choice(
        [
            b"[" * depth,
            b"[" * depth + b"]" * depth,
            b'{"a":' * (depth // 5) + b"1" + b"}" * (depth // 5),
            b'{"type":"%s","t":' % kind.encode() + b"[" * depth + b"]" * depth + b"}",
            b'{"type":"ping","t0":' + b"9" * digits + b"}",
            b'{"type":"ack","t":-' + b"9" * digits + b"}",
            b'{"type":"replay","from_ts":1e%d}' % digits,
            b'{"type":"replay","speed":' + b"0." + b"0" * digits + b"1}",
            b'{"type":"ping","t0":1,"t0":"x","type":"ack","t":[]}',
            b'\xef\xbb\xbf{"type":"pause"}',
            '{"type":"pause"}'.encode("utf-16-be"),
            b'{"type":"\\ud800"}',
            b'{"type":"ping","\\ud800\\udc00\\udfff":1}',
            b'{"type":"subscribe","fields":"' + b"a," * 10_000 + b'"}',
            b'{"type":"subscribe","fields":[%s]}' % b",".join([b'"a.%d"' % n for n in range(3000)]),
            *(b"", b" ", b"\x00", b"null", b'"', b"{", b"}", b"{}", b"[]", b"NaN", b"-", b"1e", b"tru", b"\\", b"//"),
        ]
    )  # fmt: skip


def _raw(random: Random) -> tuple[int, bytes]:
    data = random.randbytes(random.choice([0, 1, 2, 3, 20, 200, 2000]))
    text = data if random.random() < BROKEN else data.decode("latin1").encode()
    return random.choice([(BINARY, data), (BINARY, gzip.compress(data)), (BINARY, b"\x1f\x8b" + data), (TEXT, text)])


def _packed(random: Random) -> tuple[int, bytes]:
    """msgpack: messages as above, whole, cut off or with another byte; and what announces more than it is."""
    if random.random() < 0.2:
        depth = random.choice([10, 500, 1025, 20_000])
        return BINARY, random.choice(
            [
                *(b"\x91" * depth, b"\x81\xa1a" * (depth // 3), b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff\xa1a"),
                *(b"\xc6\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xffabc", b"\xc1", b"\xd8\x01" + bytes(16)),
                *(b"\x81\xc0\xc0", b"\x81\x90\x01", b"\x82\xa4type\xa5pause\xa4type\xa6resume"),
                *(b"\x81\xa4type\xa2\xff\xfe", b"\xd6\xff" + bytes(4)),
            ]
        )  # fmt: skip
    data = packed(_wrong(random))
    cut = random.random()
    if cut < 0.2:
        return BINARY, data[: random.randrange(len(data) + 1)]
    if cut < 0.4:
        at = random.randrange(len(data))
        return BINARY, data[:at] + random.randbytes(1) + data[at + 1 :]
    return BINARY, data


def packed(value: Any) -> bytes:
    """As msgpack; a number that it has no room for as text."""
    if value is None or isinstance(value, bool):
        return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, int):
        if -(2**63) <= value < 2**63:
            return b"\xd3" + value.to_bytes(8, "big", signed=True)
        return b"\xcf" + value.to_bytes(8, "big") if 0 < value < 2**64 else packed(str(value))
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogatepass")
        return b"\xdb" + len(data).to_bytes(4, "big") + data
    if isinstance(value, dict):
        return b"\xdf" + len(value).to_bytes(4, "big") + b"".join(packed(one) for pair in value.items() for one in pair)
    return b"\xdd" + len(value).to_bytes(4, "big") + b"".join(map(packed, value))


def _value(random: Random, depth: int) -> Any:
    if depth == 0 or random.random() < 0.3:
        return random.choice(VALUES)
    size = random.randrange(4)
    if random.random() < 0.5:
        return [_value(random, depth - 1) for _ in range(size)]
    return {str(random.choice([*MESSAGES, "t", "type", ""])): _value(random, depth - 1) for _ in range(size)}


def _parameter(random: Random, parameters: Mapping[str, str]) -> bytes:
    name = random.choice([*parameters, *parameters, "unknown", "", "Stream", "from_t ", "fields[]", "__proto__"])
    value = random.choice(
        [parameters.get(name, "1").encode(), text(random), str(random.choice(VALUES)).encode("utf-8", "replace")]
    )
    escaped = random.choice([_escaped, _escaped, lambda data: data])(value[:8000])
    return random.choice([b"%s=%s", b"%s=%s", b"%s=%s", b"%s=%s=%s" % (b"%s", b"%s", b"x"), b"%s%s"]) % (
        _escaped(name.encode()),
        bytes(byte for byte in escaped if byte > 32 and byte not in b"#\x7f"),
    )


def _escaped(data: bytes) -> bytes:
    return quote_from_bytes(data, safe="/:,").encode()


def text(random: Random) -> bytes:
    """Of a header or a parameter: no line ends, sometimes bytes that have no place there."""
    size = random.choice([0, 1, 5, 30, 300, 3000])
    kinds: list[Callable[[], bytes]] = [
        lambda: random.randbytes(size).translate(None, b"\r\n"),
        lambda: bytes(random.choice(b"abcXYZ019._-:/,;=%&?@[]\"'\\ ") for _ in range(size)),
        lambda: b"%" + random.randbytes(1).hex().encode() * (size % 50),
        lambda: random.choice([b"%", b"%zz", b"%00", b"%ff", b"%ed%a0%80", b"+", b"%252e", b"%0d%0aX: 1", b"\x00"]),
    ]
    return random.choice(kinds)()


def _header(random: Random) -> bytes:
    """A value that one of the headers could nearly have."""
    return random.choice(
        [
            *(b"http://127.0.0.1", b"http://127.0.0.1:99999", b"http://[::1", b"null", b"https://", b"//x"),
            *(b"ticks.v1", b"ticks.v1,ticks.v1", b"ticks.v1, ", b",", b"ticks%2Ev1", b"ticks.v1\x00", b"\xe9", b"chat"),
            *(b"sessionid=abc", b"sessionid=" + b"x" * 3000, b"sessionid=\xff\x00", b"=;=;=", b'a="b\\', b"sessionid"),
            *(b"Token ", b"Token abc", b"Token " + b"f" * 3000, b"Basic eDp5", b"Bearer \xff", b"Token \xc3\xa9"),
            *(b"127.0.0.1:x", b"127.0.0.1:99999999", b"[::1]", b"[", b"localhost.", b"a" * 300, b"evil.example"),
            *(b"permessage-deflate", b"permessage-deflate; x=1", b";", b"1.2.3.4, 5.6.7.8", b"unknown"),
        ]
    )  # fmt: skip
