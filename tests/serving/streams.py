"""Answers without an end, as an application of the tests' own writes them."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from ticks.direct import Direct, Gone, goodbyes, offered

PIECE = 40_000


def tapped(direct: Direct, frames: bytes, events: Counter[str]) -> None:
    """Write as a pass over many does."""
    try:
        taken = direct.tap.send(frames)
    except OSError:
        taken = 0
    if taken == len(frames):
        direct.tap.bytes += taken
        events["tapped"] += 1
    else:
        events["tapped in part"] += taken > 0
        events["congested"] += not direct.rest(frames, taken)


async def mixed_pieces(scope: dict[str, Any], receive: Any, send: Any, options: dict[str, str], events: Any) -> None:
    """Numbered pieces by turns: directly, as chunks, through the tap, and by `send`."""
    direct: Any = offered(scope)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": True})
    for number in range(int(options["count"])):
        piece = number.to_bytes(4, "big") * (PIECE // 4)
        chunk = b"%x\r\n%b\r\n" % (len(piece), piece)
        if number % 6 == 0:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        elif number % 6 == 1:
            events["congested"] += not direct.write(chunk)
        else:
            tapped(direct, chunk, events)
            await asyncio.sleep(0)  # what `send` left to the transport goes out, which opens the tap again
        if number % 50 == 0:
            await direct.writable()
    await send({"type": "http.response.body", "body": b"", "more_body": False})
    events["written after the end"] += direct.write(b"1\r\nx\r\n") + direct.tap.send(b"1\r\nx\r\n")


async def flood_chunks(scope: dict[str, Any], receive: Any, send: Any, options: dict[str, str], events: Any) -> None:
    """Whatever its peer takes, a megabyte at a time."""
    direct: Any = offered(scope)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": True})
    chunk = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
    try:
        for _ in range(int(options["count"])):
            if not direct.write(chunk):
                await direct.writable()
            events["chunks"] += 1
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except Gone:
        events["gone"] += 1


async def until_goodbye(scope: dict[str, Any], receive: Any, send: Any, options: dict[str, str], events: Any) -> None:
    """Waits to be told that the server goes, and says a last word."""
    told = asyncio.Event()
    parting = goodbyes(scope)
    assert parting is not None
    parting.add(told.set)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"begun", "more_body": True})
    await told.wait()
    await send({"type": "http.response.body", "body": b"the end", "more_body": False})


async def offers(scope: dict[str, Any], receive: Any, send: Any, options: dict[str, str], events: Counter[str]) -> None:
    """Says whether it may write directly."""
    body = b"direct" if offered(scope) is not None else b"by send"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body, "more_body": False})


STREAMS = {
    "mixed_pieces": mixed_pieces,
    "flood_chunks": flood_chunks,
    "until_goodbye": until_goodbye,
    "offers": offers,
}
