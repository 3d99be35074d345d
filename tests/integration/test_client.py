"""The client of the product against servers that do what a test says, and against the product's own."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import IsolatedAsyncioTestCase, TestCase
from unittest.mock import patch

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tests.integration.cases import ProcessCase
from tests.receiving.messages import EPOCH, error, gap, hello, text, ticks
from tests.support.processes import ROOT
from tests.support.waiting import auntil, until
from ticks.client import Cursor, Follower, Gap, Refused, follow

Part = Callable[[ServerConnection], None]
GENEROUS_S = 60.0
AT_ONCE_S = 9.0
"""Less than any time-out of the client's."""
LONG_S = (1000.0,)


class Scripted:
    """A server of `ticks.v1` that plays one part on each connection, the last one again and again."""

    def __init__(self, *parts: Part) -> None:
        self._parts = list(parts)
        self.queries: list[str] = []
        self.headers: list[Any] = []
        self.heard: list[Any] = []
        self._server = serve(self._play, "127.0.0.1", 0, subprotocols=[Subprotocol("ticks.v1")], compression=None)
        self.url = f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def end(self) -> None:
        self._server.shutdown()
        self._thread.join()

    def _play(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.queries.append(connection.request.path.partition("?")[2])
        self.headers.append(connection.request.headers)
        part = self._parts.pop(0) if len(self._parts) > 1 else self._parts[0]
        try:
            part(connection)
            for message in connection:
                self.heard.append(json.loads(message))
        except ConnectionClosed:
            return


def says(*messages: dict[str, Any]) -> Part:
    """All this, and then nothing."""
    return lambda connection: [connection.send(text(message)) for message in messages] and None


def closes(code: int, *messages: dict[str, Any]) -> Part:
    def part(connection: ServerConnection) -> None:
        says(*messages)(connection)
        connection.close(code)

    return part


class ScriptedCase(TestCase):
    def server(self, *parts: Part) -> Scripted:
        made = Scripted(*parts)
        self.addCleanup(made.end)
        return made

    def follow(self, url: str, **options: Any) -> Follower:
        made = follow(url, **options)
        self.addCleanup(made.close)
        return made


@contextmanager
def ends_soon(action: Callable[[], Any]) -> Iterator[threading.Thread]:
    """What blocks in a thread of its own must end by what is done meanwhile."""
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    yield thread
    thread.join(AT_ONCE_S)
    assert not thread.is_alive(), "it is still blocked"


class SyncTest(ScriptedCase):
    def test_it_hands_out_ticks_and_gaps_and_comes_back_with_its_cursor(self) -> None:
        server = self.server(
            closes(1012, hello(4), ticks(4, 5, 6), gap(6, 9, 2)), says(hello(8), ticks(8, 9)), says(hello(9))
        )
        follower = self.follow(server.url, from_t=4, token="secret")
        items = [next(follower) for _ in range(4)]
        self.assertEqual(items, [{"t": 5}, {"t": 6}, Gap(6, 9, 2, "expired"), {"t": 9}])
        self.assertEqual(follower.cursor, Cursor(EPOCH, 9))
        self.assertEqual(server.queries, ["stream=main&from_t=4", f"stream=main&from_t=8&epoch={EPOCH}"])
        self.assertEqual(server.headers[0]["Authorization"], "Token secret")
        self.assertNotIn("Origin", server.headers[0])

    def test_after_a_break_it_goes_on_where_it_was(self) -> None:
        follower = self.follow(self.server(says(hello(4), ticks(4, 5, 6, 7))).url)
        for item in follower:
            if item == {"t": 5}:
                break
        self.assertEqual(follower.cursor, Cursor(EPOCH, 5))
        self.assertEqual([next(follower), next(follower)], [{"t": 6}, {"t": 7}])

    def test_a_cursor_that_was_stored_is_the_start(self) -> None:
        server = self.server(says(hello(6), ticks(6, 7)))
        follower = self.follow(server.url, from_t=6, epoch=EPOCH)
        self.assertEqual(follower.cursor, Cursor(EPOCH, 6))
        self.assertEqual(next(follower), {"t": 7})

    def test_what_was_taken_is_acknowledged(self) -> None:
        server = self.server(says(hello(4), ticks(4, 5, 6)))
        follower = self.follow(server.url)
        with ends_soon(lambda: list(follower)):
            until(lambda: server.heard, "it acknowledges")
            follower.close()
        self.assertEqual(server.heard[0], {"type": "ack", "t": 6, "epoch": EPOCH})

    def test_without_acks_it_says_nothing(self) -> None:
        server = self.server(says(hello(4, heartbeat_s=0.8), ticks(4, 5)), says(hello(5), ticks(5, 6)))
        follower = self.follow(server.url, acks=False)
        self.assertEqual([next(follower), next(follower)], [{"t": 5}, {"t": 6}])  # after two seconds of silence
        self.assertEqual(server.heard, [])

    def test_a_bomb_and_a_hole_cost_the_connection_and_nothing_else(self) -> None:
        def bomb(connection: ServerConnection) -> None:
            says(hello(4), ticks(4, 5))(connection)
            connection.send(gzip.compress(bytes(65 << 20), 1))

        server = self.server(bomb, says(hello(5), ticks(6, 7)), says(hello(5), ticks(5, 6)))
        follower = self.follow(server.url)
        with self.assertLogs("ticks.client", "WARNING") as logs:
            self.assertEqual([next(follower), next(follower)], [{"t": 5}, {"t": 6}])
        self.assertIn("unpacks to more than", logs.output[0])
        self.assertIn("came what follows t=6", logs.output[1])

    def test_silence_is_noticed_while_it_is_blocked(self) -> None:
        server = self.server(says(hello(4, heartbeat_s=0.2)), says(hello(4), ticks(4, 5)))
        with self.assertLogs("ticks.client", "INFO") as logs:
            self.assertEqual(next(self.follow(server.url)), {"t": 5})
        self.assertTrue(any("nothing was heard for 0.5 s" in line for line in logs.output))

    def test_pings_alone_are_silence(self) -> None:
        def pings(connection: ServerConnection) -> None:
            says(hello(4, heartbeat_s=0.2))(connection)
            while True:
                connection.ping().wait(0.05)

        server = self.server(pings, says(hello(4), ticks(4, 5)))
        self.assertEqual(next(self.follow(server.url)), {"t": 5})

    def test_a_long_message_on_a_slow_line_is_no_silence(self) -> None:
        long = text(ticks(4, 5, ticks=[{"t": 5, "filling": "x" * 4000}]))

        def drips(connection: ServerConnection) -> None:
            says(hello(4, heartbeat_s=0.4))(connection)
            frame = bytes([0x81, 126]) + len(long).to_bytes(2, "big") + long.encode()
            for at in range(0, len(frame), 200):
                connection.socket.sendall(frame[at : at + 200])
                threading.Event().wait(0.1)  # the line's speed: two seconds for the message, the watch bites at one

        server = self.server(drips)
        self.assertEqual(next(self.follow(server.url))["t"], 5)
        self.assertEqual(len(server.queries), 1)

    def test_refusals_are_raised_and_then_it_is_over(self) -> None:
        server = self.server(closes(4404, error("no_such_stream", "there is no stream 'x'")))
        follower = self.follow(server.url, stream="x")
        with self.assertRaisesRegex(Refused, "there is no stream 'x'") as raised:
            next(follower)
        self.assertEqual((raised.exception.code, raised.exception.detail), (4404, "there is no stream 'x'"))
        self.assertEqual(list(follower), [])
        self.assertEqual(len(server.queries), 1)

    def test_who_was_served_is_refused_by_the_second_no(self) -> None:
        no = error("sign_in", "sign in")
        server = self.server(closes(4401, hello(4), ticks(4, 5), no), closes(4401, no))
        follower = self.follow(server.url)
        self.assertEqual(next(follower), {"t": 5})
        with self.assertRaisesRegex(Refused, "sign in"):
            next(follower)
        self.assertEqual(len(server.queries), 2)

    def test_whoever_is_no_monitor_is_told_apart(self) -> None:
        with serve(lambda _: None, "127.0.0.1", 0) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            with self.assertRaisesRegex(Refused, "does not speak ticks.v1"):
                next(self.follow(f"http://127.0.0.1:{server.socket.getsockname()[1]}"))
            server.shutdown()
            thread.join()

    def test_closing_from_another_thread_ends_who_waits_for_a_tick(self) -> None:
        server = self.server(says(hello(4), ticks(4, 5)))
        follower, got = self.follow(server.url), list[Any]()
        with ends_soon(lambda: got.extend(follower)):
            until(lambda: follower.cursor, "it waits for the next")
            follower.close()
        self.assertEqual(got, [{"t": 5}])

    def test_closing_ends_who_waits_for_a_server_that_does_not_answer(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            follower = self.follow(f"http://127.0.0.1:{listener.getsockname()[1]}")
            with ends_soon(lambda: list(follower)):
                connection, _ = listener.accept()
                follower.close()
            connection.close()

    @patch("ticks.receiving.comeback.TOO_MANY_S", LONG_S)
    def test_closing_ends_who_waits_to_try_again(self) -> None:
        server = self.server(closes(4429, error("too_many", "TICKS_MAX_PER_IP")))
        follower = self.follow(server.url)
        with self.assertLogs("ticks.client", "INFO") as logs, ends_soon(lambda: list(follower)):
            until(lambda: any("trying again" in line for line in logs.output), "it waits")
            follower.close()
        self.assertEqual(len(server.queries), 1)

    def test_leaving_the_block_closes_the_connection(self) -> None:
        ended = threading.Event()

        def part(connection: ServerConnection) -> None:
            says(hello(4), ticks(4, 5))(connection)
            for _ in connection:
                pass
            ended.set()

        with follow(self.server(part).url) as follower:
            next(follower)
        self.assertTrue(ended.wait(GENEROUS_S))
        self.assertEqual(list(follower), [])

    def test_a_wrong_url_is_said_at_once(self) -> None:
        with self.assertRaisesRegex(ValueError, "http://HOST:PORT"):
            follow("127.0.0.1:8000")


class AsyncTest(IsolatedAsyncioTestCase):
    def server(self, *parts: Part) -> Scripted:
        made = Scripted(*parts)
        self.addCleanup(made.end)
        return made

    async def test_it_hands_out_ticks_and_gaps_and_comes_back_with_its_cursor(self) -> None:
        server = self.server(closes(1012, hello(4), ticks(4, 5), gap(5, 9, 3)), says(hello(8), ticks(8, 9)))
        async with follow(server.url, from_t=4) as follower:
            items = []
            async for item in follower:
                items.append(item)
                if len(items) == 3:
                    break
        self.assertEqual(items, [{"t": 5}, Gap(5, 9, 3, "expired"), {"t": 9}])
        self.assertEqual(follower.cursor, Cursor(EPOCH, 9))
        self.assertEqual(server.queries[1], f"stream=main&from_t=8&epoch={EPOCH}")

    async def test_a_cancelled_step_can_be_taken_again(self) -> None:
        go_on = threading.Event()

        def part(connection: ServerConnection) -> None:
            says(hello(4), ticks(4, 5))(connection)
            go_on.wait(GENEROUS_S)
            says(ticks(5, 6))(connection)

        server = self.server(part)
        async with follow(server.url) as follower:
            self.assertEqual(await anext(follower), {"t": 5})
            with self.assertRaises(TimeoutError):
                await asyncio.wait_for(anext(follower), 0.05)
            go_on.set()
            self.assertEqual(await anext(follower), {"t": 6})
        self.assertEqual(len(server.queries), 1)

    async def test_what_was_taken_is_acknowledged(self) -> None:
        server = self.server(says(hello(4), ticks(4, 5, 6)))
        async with follow(server.url) as follower:
            taking = asyncio.create_task(taken(follower))
            await auntil(lambda: server.heard, "it acknowledges")
            await follower.aclose()
            self.assertEqual(await asyncio.wait_for(taking, AT_ONCE_S), [{"t": 5}, {"t": 6}])
        self.assertEqual(server.heard[0], {"type": "ack", "t": 6, "epoch": EPOCH})

    async def test_closing_from_a_thread_ends_it(self) -> None:
        async with follow(self.server(says(hello(4))).url) as follower:
            taking = asyncio.create_task(taken(follower))
            await auntil(lambda: follower._looping is not None and follower._looping._socket, "it waits")
            await asyncio.to_thread(follower.close)
            self.assertEqual(await asyncio.wait_for(taking, AT_ONCE_S), [])

    async def test_closing_ends_who_waits_for_a_server_that_does_not_answer(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            async with follow(f"http://127.0.0.1:{listener.getsockname()[1]}") as follower:
                taking = asyncio.create_task(taken(follower))
                connection, _ = await asyncio.get_running_loop().sock_accept(listener)
                await follower.aclose()
                self.assertEqual(await asyncio.wait_for(taking, AT_ONCE_S), [])
                connection.close()

    @patch("ticks.receiving.comeback.TOO_MANY_S", LONG_S)
    async def test_closing_ends_who_waits_to_try_again(self) -> None:
        server = self.server(closes(4429, error("too_many", "TICKS_MAX_PER_IP")))
        with self.assertLogs("ticks.client", "INFO") as logs:
            async with follow(server.url) as follower:
                taking = asyncio.create_task(taken(follower))
                await auntil(lambda: any("trying again" in line for line in logs.output), "it waits")
                await follower.aclose()
                self.assertEqual(await asyncio.wait_for(taking, AT_ONCE_S), [])

    async def test_silence_is_noticed_and_a_refusal_raised(self) -> None:
        server = self.server(says(hello(4, heartbeat_s=0.2)), closes(4403, error("not_allowed", "staff only")))
        with self.assertLogs("ticks.client", "INFO") as logs, self.assertRaisesRegex(Refused, "staff only"):
            await anext(follow(server.url))
        self.assertTrue(any("nothing was heard for 0.5 s" in line for line in logs.output))

    async def test_one_follower_is_iterated_in_one_way(self) -> None:
        async with follow(self.server(says(hello(4), ticks(4, 5))).url) as follower:
            await anext(follower)
            with self.assertRaisesRegex(RuntimeError, "async for"):
                next(follower)


async def taken(follower: Follower) -> list[Any]:
    return [item async for item in follower]


class AloneTest(TestCase):
    def test_it_needs_these_files_and_no_django(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="tickmon-client-"))
        self.addCleanup(shutil.rmtree, folder)
        shutil.copytree(ROOT / "ticks/receiving", folder / "ticks/receiving")
        for name in ("__init__", "client", "cursor"):
            shutil.copy(ROOT / f"ticks/{name}.py", folder / "ticks")
        names = "{name.partition('.')[0] for name in sys.modules}"
        code = f"import sys, ticks.client; print({names} & {{'django', 'monitor'}}, ticks.client.__file__)"
        env = {
            name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH")
        }
        ran = subprocess.run([sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, text=True)
        self.assertEqual(ran.stdout, f"set() {folder / 'ticks/client.py'}\n", ran.stderr)


@pytest.mark.integration
class ServedTest(ProcessCase):
    def test_who_is_refused_is_told_as_the_server_has_it(self) -> None:
        self.processes.web()
        for options, code in (({"stream": "secret"}, 4401), ({"from_t": -7}, 4400), ({"epoch": EPOCH}, 4400)):
            with self.subTest(options), self.assertRaises(Refused) as raised:
                self.first(self.processes.url, **options)
            self.assertEqual(raised.exception.code, code)
        with self.assertRaisesRegex(Refused, "HTTP 403"):
            self.first(f"{self.processes.url}/elsewhere/ws/stream")

    def first(self, url: str, **options: Any) -> Any:
        with follow(url, **options) as follower:
            return next(follower)
