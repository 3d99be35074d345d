"""The least that frames cost which are kept, and which come through Redis: no server, only what each would have to do.

Of the sends only the kernel's time counts, of Redis the server's, of the archive that of libzstd: none of it is Python.
"""

from __future__ import annotations

import gzip
import json
import multiprocessing
import resource
import selectors
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import redis

from benchmarks.figures import Report
from benchmarks.live.generator import Outcome
from benchmarks.load.recording import Recorded, recorded
from tests.support.valkey import Valkey
from ticks.archive.frame import FRAME_BYTES
from ticks.archive.sealer import LEVEL, compressor

SECONDS = 15.0
"""Of the frames that were recorded, at their own pace: a core that rests between them is slower, here as everywhere."""


def add(report: Report, file: Path, subscribers: int, theirs: Outcome) -> None:
    """Against a peer that got the same frames."""
    frames = _first(recorded(file), SECONDS)
    texts = [gzip.decompress(payload) for _, payload in frames]
    ticks = sum(len(json.loads(text)["ticks"]) for text in texts)
    parts = {
        "send them": _sending(frames, subscribers),
        "have Valkey take two commands for each": _through_redis(frames),
        "compress them as they are kept": _keeping(b"".join(texts)),
    }
    for name, seconds in parts.items():
        report.add(f"the least: to {name}", seconds / ticks / theirs.a_tick)
    report.add("the least, against Nchan, the same batches", sum(parts.values()) / ticks / theirs.a_tick)


def _first(frames: Sequence[Recorded], seconds: float) -> list[Recorded]:
    return [frame for frame in frames if frame.at - frames[0].at <= seconds]


def _paced(frames: Sequence[Recorded]) -> Iterator[bytes]:
    began = time.time()
    for at, payload in frames:
        time.sleep(max(0.0, began + at - frames[0].at - time.time()))
        yield payload


def _sending(frames: Sequence[Recorded], subscribers: int) -> float:
    """Seconds that the kernel takes."""
    with _drained(subscribers) as peers:
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_stime
        for payload in _paced(frames):
            for peer in peers:
                peer.send(payload)
        return resource.getrusage(resource.RUSAGE_THREAD).ru_stime - before


@contextmanager
def _drained(count: int) -> Iterator[list[socket.socket]]:
    """So many connections, whose other ends another process reads."""
    with socket.create_server(("127.0.0.1", 0), backlog=count) as server:
        other = multiprocessing.get_context("spawn").Process(target=drain, args=(server.getsockname(), count))
        other.start()
        peers = [server.accept()[0] for _ in range(count)]
        try:
            yield peers
        finally:
            for peer in peers:
                peer.close()
            other.join()


def drain(address: tuple[str, int], count: int) -> None:
    """Read as many connections to their ends."""
    with selectors.DefaultSelector() as selector:
        for _ in range(count):
            selector.register(socket.create_connection(address), selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                assert isinstance(key.fileobj, socket.socket)
                if not key.fileobj.recv(1 << 20):
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


def _through_redis(frames: Sequence[Recorded]) -> float:
    """Seconds that Valkey takes to log each and to pass it on to one who listens, its idle looks among them."""
    with Valkey() as valkey:
        server = psutil.Process(valkey.client.info("server")["process_id"])
        client = redis.Redis.from_url(valkey.url)
        listening = client.pubsub()
        listening.subscribe("ticks")
        listener = threading.Thread(target=lambda: [None for _ in zip(frames, listening.listen(), strict=False)])
        listener.start()
        before = server.cpu_times()
        for payload in _paced(frames):
            pipeline = client.pipeline(transaction=False)
            pipeline.xadd("log", {"d": payload})
            pipeline.publish("ticks", payload)
            pipeline.execute()
        after = server.cpu_times()
        listener.join()
        listening.close()
    return float(after.user + after.system - before.user - before.system)


def _keeping(text: bytes) -> float:
    """Seconds of compression alone."""
    pack = compressor(LEVEL)
    before = time.thread_time()
    for at in range(0, len(text), FRAME_BYTES):
        pack.compress(text[at : at + FRAME_BYTES])
    return time.thread_time() - before
