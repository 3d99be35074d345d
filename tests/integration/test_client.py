"""The client of the product against servers that do what a test says, and against the product's own."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any
from unittest import TestCase
from unittest.mock import patch

import pytest
from websockets.sync.server import ServerConnection, serve

from tests.integration.cases import ProcessCase
from tests.integration.scripted import GENEROUS_S, LONG_S, ScriptedCase, closes, ends_soon, says
from tests.receiving.messages import EPOCH, error, gap, hello, text, ticks
from tests.support.processes import ROOT
from tests.support.waiting import until
from ticks.client import Cursor, Gap, Refused, follow


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
