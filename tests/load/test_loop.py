"""The generator against a real server."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from websockets import Subprotocol
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from benchmarks.load.loop import Loop
from benchmarks.load.messages import Ticks
from benchmarks.load.recording import record, recorded
from benchmarks.load.results import Window, results
from tests.load.cases import EPOCH, answer, greeting, sse, v1
from tests.support.processes import ROOT

COUNT = 20


@contextmanager
def served(handler: Callable[[ServerConnection], None]) -> Iterator[str]:
    with serve(handler, "127.0.0.1", 0, compression=None, select_subprotocol=_first) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/ws/stream"
        server.shutdown()
        thread.join()


def _first(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return offered[0] if offered else None


def clock(connection: ServerConnection) -> None:
    """Ticks of 10 ms, the same for everybody: `t` is the time. Until the client leaves."""
    t = int(time.time() * 100)
    with suppress(ConnectionClosed):
        while True:
            time.sleep(0.005)
            while t < int(time.time() * 100):
                t += 1
                connection.send(f'{{"t":{t},"ts":{t / 100},"padding":"{"x" * 1000}"}}')


def breaking(connection: ServerConnection) -> None:
    """Five ticks of `ticks.v1` after the cursor, one a message, then the connection breaks."""
    assert connection.request is not None
    asked = connection.request.path.partition("from_t=")[2].partition("&")[0]
    t = int(asked or 0)
    connection.send(json.dumps({"type": "hello", "cursor": {"epoch": "e", "t": t}}))
    for prev_t in range(t, min(t + 5, COUNT)):
        tick = f'{{"t":{prev_t + 1},"ts":{prev_t + 1}.0}}'
        connection.send(
            f'{{"type":"ticks","prev_t":{prev_t},"first_t":{prev_t + 1},"last_t":{prev_t + 1},"ticks":[{tick}]}}'
        )
    if t + 5 < COUNT:
        connection.socket.close()
    else:
        with suppress(ConnectionClosed):
            connection.recv()


class Answering(BaseHTTPRequestHandler):
    """A tick a millisecond for as long as somebody listens; one for each question of who polls, `COUNT` in all."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        if self.path.startswith("/poll"):
            self._poll()
        else:
            self._push()

    def log_message(self, *_: object) -> None:
        """It says nothing."""

    def _poll(self) -> None:
        t = int(self.path.partition("last_t=")[2].partition("&")[0] or 0) + 1
        self.asked.append(self.path)
        if t <= COUNT:
            self.wfile.write(answer(t))

    def _push(self) -> None:
        assert self.headers["Accept"] == "text/event-stream"
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        with suppress(OSError):
            for piece in (greeting(0), *map(sse, range(1, COUNT + 1))):
                self.wfile.write(piece)


@contextmanager
def answering() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def run(loop: Loop, until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60

    def over() -> bool:
        assert time.monotonic() < deadline
        return until()

    loop.run(over)


def test_the_program_says_when_its_window_is_and_what_was_got_in_it() -> None:
    with served(clock) as url:
        options = ["--subscribers", "5", "--warm-up", "0.2", "--seconds", "1"]
        command = [sys.executable, "-m", "benchmarks.load", url, *options]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
            assert running.stdout is not None
            connected, begin, end, result = map(json.loads, running.stdout)
    assert [said["event"] for said in (connected, begin, end, result)] == ["connected", "begin", "end", "result"]
    assert result["subscribers"] == 5
    assert 0 < result["ticks"] <= 100 * (end["at"] - begin["at"]) + 1
    assert result["twice"] == result["broken"] == result["holes"] == 0
    assert result["share"] > 0
    assert result["latency"]["p50"] <= result["latency"]["p99"] <= result["latency"]["max"]


def test_who_is_cut_off_connects_again_and_has_all() -> None:
    with served(breaking) as url, closing(Loop(url, "v1", 3, again=True)) as loop:
        run(loop, lambda: all(one.cursor == COUNT for one in loop.subscribers))
        found = results(loop, Window(0, COUNT + 1))
    assert (found["ticks"], found["missing"], found["twice"], found["broken"]) == (COUNT, 0, 0, 0)
    assert len(loop.closed) == len(loop.back) == 9


def test_events_are_taken_from_an_answer_without_an_end() -> None:
    with answering() as url, closing(Loop(f"{url}/stream", "sse", 3)) as loop:
        run(loop, lambda: all(one.cursor == COUNT for one in loop.subscribers))
        found = results(loop, Window(0, COUNT + 1))
    assert len(loop.connect_s) == 3
    assert (found["ticks"], found["missing"], found["twice"], found["broken"]) == (COUNT, 0, 0, 0)


def test_who_polls_asks_again_at_once_with_its_cursor() -> None:
    Answering.asked.clear()
    with answering() as url, closing(Loop(f"{url}/poll", "poll", 2)) as loop:
        run(loop, lambda: len(Answering.asked) == 2 * (COUNT + 1))
        found = results(loop, Window(0, COUNT + 1))
    assert (found["ticks"], found["missing"], found["twice"], found["broken"]) == (COUNT, 0, 0, 0)
    expected = ["/poll", *(f"/poll?last_t={t}&epoch={EPOCH}" for t in range(1, COUNT + 1))]
    assert sorted(Answering.asked) == sorted(2 * expected)


def test_what_is_recorded_is_each_message_with_ticks_once(tmp_path: Path) -> None:
    with served(breaking) as url, closing(Loop(url, "v1", 3, again=True)) as loop:
        run(loop, lambda: all(one.cursor == COUNT for one in loop.subscribers))
        record(loop, tmp_path / "frames")
    found = recorded(tmp_path / "frames")
    assert [json.loads(one.payload)["last_t"] for one in found] == list(range(1, COUNT + 1))
    assert [one.at for one in found] == sorted(one.at for one in found)


def test_what_is_recorded_is_the_longest_stretch_without_a_break(tmp_path: Path) -> None:
    loop = Loop("ws://127.0.0.1:1/", "v1", 2)
    for frame, ticks in (
        (v1(0, 1, 2), [1, 2]),
        (v1(4, 5), [5]),  # its newest tick, which nobody else had yet
        (v1(2, 3, 4, 5, 6), [3, 4, 5, 6]),
        (v1(6, 7), [7]),
    ):
        loop.reference.append(frame, Ticks(ticks[0] - 1, ticks, [float(t) for t in ticks]))
    record(loop, tmp_path / "frames")
    found = [json.loads(gzip.decompress(one.payload)) for one in recorded(tmp_path / "frames")]
    assert [(one["prev_t"], one["last_t"]) for one in found] == [(2, 6), (6, 7)]
    loop.close()


def test_who_never_reads_has_something_waiting() -> None:
    with served(clock) as url, closing(Loop(url, "plain", 2, unread=True)) as loop:
        run(loop, lambda: loop.complete)
        run(loop, lambda: min(loop.unread_bytes()) > 0)
        assert [one.position for one in loop.subscribers] == [None, None]
