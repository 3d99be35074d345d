"""Whole ranges and whole files, asked of a real server by the programs that people have."""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import subprocess
import sys
import urllib.request
from http.client import HTTPResponse, IncompleteRead
from urllib.error import HTTPError

import pytest

from tests.integration.cases import HomeCase
from tests.support.archived import Truth
from tests.support.processes import Processes, Running
from tests.support.waiting import until

FILL = """
import django; django.setup()
import os
from django.conf import settings
from django.contrib.auth.models import User
from ticks.access import tokens
from ticks.archive import gaps, index, sealing
from ticks.archive.layout import closed_name
from ticks.batch import Batch
from ticks.live.hotlog import HotLog, connect

ARCHIVE, EPOCHS = settings.TICKS_ARCHIVE, ("0mwpx6cq0aaaa", "0mwpx6cq1aaaa")

def lines(first_t, last_t, size):
    for t in range(first_t, last_t + 1):
        yield b'{"t":%d,"ts":%d.25,"n":%d,"on":{"a,b":[true,null]},"text":"%b"}' % (
            t, 1_760_000_000 + t, t * 7 % 100, os.urandom(size).hex().encode())

def close(stream, epoch, first_t, last_t, size, is_sealed):
    folder = ARCHIVE / stream / epoch
    folder.mkdir(parents=True, exist_ok=True)
    (folder / closed_name(first_t)).write_bytes(b"".join(b"%b\\n" % line for line in lines(first_t, last_t, size)))
    index.index_epoch(ARCHIVE, stream, epoch)
    if is_sealed:
        sealing.seal(ARCHIVE, [index.newest(stream, epoch)], level=3)

close("main", EPOCHS[0], 1, 3000, 300, True)
close("main", EPOCHS[0], 3001, 3100, 300, False)
gaps.note(ARCHIVE / "main" / EPOCHS[0], gaps.Hole(3100, 3200, 100))
close("main", EPOCHS[0], 3201, 3300, 300, False)
close("main", EPOCHS[1], 1, 1500, 300, True)
close("main", EPOCHS[1], 1501, 1600, 300, False)
for t in range(1601, 1701, 50):
    batch = Batch.of(EPOCHS[1], t - 1, t, list(lines(t, t + 49, 300)))
    HotLog(connect(settings.REDIS_URL), "main").append(
        batch, after_t=t - 1, newest_t=t + 49, fence=1, max_bytes=1 << 24, indexed_t=1600, now=0.0)
for t in range(1, 16001, 4000):
    close("large", EPOCHS[0], t, t + 3999, 700, True)
print(tokens.make(User.objects.create_user("staff", is_staff=True), "exports"))
"""
PANDAS = "import pandas; frame = pandas.read_json({path!r}, lines=True, compression='zstd'); print(*frame.t)"
POLARS = "import polars; frame = polars.read_ndjson({path!r}); print(*frame['t'].to_list())"
LARGE = "/api/streams/large/export/?format="
FORMATS = ("jsonl", "jsonl.zst", "csv")


Begun = tuple[socket.socket, HTTPResponse]


def leave(begun: list[Begun]) -> None:
    for connection, answer in begun:
        answer.close()
        connection.close()


def begin(path: str, port: int, token: str = "") -> Begun:
    """An answer of which only the beginning was read."""
    signed_in = f"Authorization: Token {token}\r\n" if token else ""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
    connection.connect(("127.0.0.1", port))
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{signed_in}\r\n".encode())
    answer = HTTPResponse(connection)
    answer.begin()
    return connection, answer


class ExportsTest(HomeCase):
    streams = ("large", "main")
    worker: Running
    token: str
    """One client has room for two exports, and whoever is signed in is another."""
    stopped: Processes
    stopping: Running
    """It takes its time, in which the other tests run."""
    cut_off: list[HTTPResponse]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        fill = cls.processes.program(FILL)
        assert fill.process.wait(60) == 0, fill.said
        (cls.token,) = re.findall(r"tm_\S+", fill.said)
        cls.worker = cls.processes.web()
        cls.stopped = Processes(cls.home, cls.valkey.url)
        cls.addClassCleanup(cls.stopped.end)
        cls.stopping = cls.stopped.web()
        cls.cut_off = [
            begin(LARGE + format, cls.stopped.port, token)[1]
            for format, token in zip(FORMATS, ("", "", cls.token), strict=True)
        ]
        for answer in cls.cut_off:
            answer.read(1000)
        cls.stopping.process.terminate()

    def fetch(self, path: str) -> bytes:
        """Once there is room for it."""
        got = list[bytes]()
        until(lambda: bool(got.append(self.fetched(path)) or got[-1]), path)
        return got[-1]

    def fetched(self, path: str) -> bytes:
        """Nothing where others have all the room."""
        try:
            with urllib.request.urlopen(f"{self.processes.url}{path}", timeout=60) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            self.assertEqual(error.code, 503)
            return b""

    def export(self, format: str, query: str = "") -> bytes:
        return self.fetch(f"/api/streams/main/export/?format={format}{query}")

    def stored(self) -> list[bytes]:
        """What was archived, read by nothing of the product's."""
        return [tick.line for tick in Truth(self.home / "archive" / "main").ticks]

    def test_lines_are_those_of_the_archive_and_the_hot_log_with_gaps_in_their_places(self) -> None:
        found, stored = self.export("jsonl").splitlines(), self.stored()
        gaps = {at: json.loads(line)["gap"] for at, line in enumerate(found) if line.startswith(b'{"gap"')}
        ticks = [line for at, line in enumerate(found) if at not in gaps]
        self.assertEqual(ticks[: len(stored)], stored)
        self.assertEqual([json.loads(line)["t"] for line in ticks[len(stored) :]], list(range(1601, 1701)))
        reasons = {at: (gap["reason"], gap["after_t"], gap["next_t"]) for at, gap in gaps.items()}
        self.assertEqual(reasons, {3100: ("unarchived", 3100, 3201), 3201: ("epoch", 3300, 1)})

    def test_rows_are_those_ticks(self) -> None:
        rows = list(csv.DictReader(io.StringIO(self.export("csv").decode(), newline="")))
        ticks = [json.loads(line) for line in self.stored()]
        self.assertEqual(list(rows[0]), ["t", "ts", "n", "on.a,b.0", "on.a,b.1", "text", "other"])
        self.assertEqual(len(rows), len(ticks) + 100)
        for row, tick in zip(rows, ticks, strict=False):
            told = (int(row["t"]), float(row["ts"]), int(row["n"]), row["text"])
            self.assertEqual(told, (tick["t"], tick["ts"], tick["n"], tick["text"]))
            self.assertEqual((row["on.a,b.0"], row["on.a,b.1"], row["other"]), ("true", "", ""))

    @pytest.mark.programs
    def test_other_programs_read_zstandard(self) -> None:
        path = self.home / "export.jsonl.zst"
        path.write_bytes(self.export("jsonl.zst", "&after=0mwpx6cq0aaaa:500&before=0mwpx6cq1aaaa:1650"))
        expected = [*self.stored()[500:], *self.export("jsonl", "&after=0mwpx6cq1aaaa:1600").splitlines()[:49]]
        unpacked = subprocess.run(["zstdcat", path], capture_output=True, check=True).stdout.splitlines()
        self.assertEqual(unpacked, expected)
        ts = [str(json.loads(line)["t"]) for line in expected]
        for code in (PANDAS, POLARS):
            command = [sys.executable, "-W", "error", "-c", code.format(path=str(path))]
            ran = subprocess.run(command, capture_output=True, text=True, check=True)
            self.assertEqual(ran.stdout.split(), ts, ran.stderr)

    def test_a_download_that_broke_off_is_gone_on_with(self) -> None:
        (file,) = json.loads(self.fetch("/api/segments/?stream=large&limit=1"))["segments"]
        whole = (self.home / "archive" / "large" / file["epoch"] / f"{1:020d}.jsonl.zst").read_bytes()
        self.assertEqual(len(whole), file["stored"])
        path = self.home / "resumed.zst"
        path.write_bytes(whole[:1_000_000])
        subprocess.run(["curl", "-sSf", "-C", "-", "-o", path, file["download"]], check=True, timeout=60)
        self.assertEqual(path.read_bytes(), whole)

    def test_clients_that_leave_make_room_and_too_many_are_told_to_wait(self) -> None:
        for format in FORMATS:
            begun = self.begin_four(format)
            self.assertEqual([answer.status for _, answer in begun], [200] * 4)
            connection, refused = begin(LARGE + format, self.processes.port)
            self.assertEqual((refused.status, refused.headers["Retry-After"]), (503, "5"))
            self.assertIn("4 exports under way", json.loads(refused.read())["detail"])
            leave([*begun, (connection, refused)])
            until(lambda format=format: self.is_free(format), "there is room for four again")

    def begin_four(self, format: str) -> list[Begun]:
        return [begin(LARGE + format, self.processes.port, token) for token in ("", "", self.token, self.token)]

    def is_free(self, format: str) -> bool:
        begun = self.begin_four(format)
        leave(begun)
        return all(answer.status == 200 for _, answer in begun)

    def test_what_a_server_that_stops_cuts_off_is_not_taken_for_whole(self) -> None:
        self.assertEqual(self.stopping.process.wait(60), 0, self.stopping.said)
        for answer in self.cut_off:
            with self.assertRaises((IncompleteRead, ConnectionError)):
                answer.read()
        for worker in (self.stopping, self.worker):
            self.assertNotIn("Traceback", worker.said)
