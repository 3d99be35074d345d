from __future__ import annotations

import gzip
import os
import tempfile
from pathlib import Path
from typing import Any

from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import SimpleTestCase

from monitor.statics import Statics, _packed

SCRIPT = "ticks/dashboard.js"


class PackedTest(SimpleTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.source = self.folder / "static"
        (self.source / "ticks").mkdir(parents=True)
        self.script = self.source / SCRIPT
        self.script.write_text("one")

    def pack(self) -> str | None:
        packed = _packed(self.script, self.source, self.folder / "home")
        return gzip.decompress(packed.read_bytes()).decode() if packed is not None else None

    def test_a_file_is_packed_again_when_it_has_changed(self) -> None:
        self.assertEqual(self.pack(), "one")
        self.script.write_text("two")
        os.utime(self.script, ns=(5, 5))
        self.assertEqual(self.pack(), "two")

    def test_a_file_that_stays_is_packed_once(self) -> None:
        self.pack()
        (packed,) = (self.folder / "home").rglob("*.gz")
        inode = packed.stat().st_ino
        self.pack()
        self.assertEqual(packed.stat().st_ino, inode)

    def test_where_nothing_can_be_kept_it_goes_out_as_it_is(self) -> None:
        (self.folder / "home").write_text("a file in the way")
        self.assertIsNone(self.pack())


class ServedTest(SimpleTestCase):
    async def ask(self, path: str, accepted: str) -> tuple[dict[bytes, bytes], bytes]:
        _, headers, body = await self.answered(path, {b"accept-encoding": accepted.encode()})
        return headers, body

    async def answered(
        self, path: str, asked: dict[bytes, bytes], method: str = "GET"
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        async def site(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"the site"})

        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": list(asked.items())}
        connection = ApplicationCommunicator(Statics(site), scope)
        await connection.send_input({"type": "http.request"})
        start = await connection.receive_output()
        body = b""
        while True:
            part = await connection.receive_output()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        await connection.wait()
        return start["status"], dict(start["headers"]), body

    async def test_a_browser_gets_it_packed_and_who_does_not_ask_for_that_as_it_is(self) -> None:
        text = (settings.BASE_DIR / "static" / SCRIPT).read_bytes()
        for accepted, encoding in (("gzip, br", b"gzip"), ("identity", None)):
            headers, body = await self.ask(f"/static/{SCRIPT}", accepted)
            self.assertEqual(headers.get(b"content-encoding"), encoding)
            self.assertEqual(headers[b"vary"], b"Accept-Encoding")
            self.assertEqual(gzip.decompress(body) if encoding else body, text)

    async def test_who_has_it_gets_it_once_and_who_asks_for_a_part_the_part(self) -> None:
        url = f"/static/{SCRIPT}"
        text = (settings.BASE_DIR / "static" / SCRIPT).read_bytes()
        status, headers, body = await self.answered(url, {}, "HEAD")
        self.assertEqual((status, body, headers[b"content-length"]), (200, b"", b"%d" % len(text)))
        for name, value in ((b"if-none-match", headers[b"etag"]), (b"if-modified-since", headers[b"last-modified"])):
            self.assertEqual((await self.answered(url, {name: value}))[::2], (304, b""))
        status, headers, body = await self.answered(url, {b"range": b"bytes=10-19"})
        self.assertEqual((status, body), (206, text[10:20]))
        self.assertEqual(headers[b"content-range"], b"bytes 10-19/%d" % len(text))
        self.assertEqual((await self.answered(url, {}, "POST"))[0], 405)

    async def test_pages_of_other_sites_may_import_the_client(self) -> None:
        headers, _ = await self.ask("/static/ticks/feed.js", "gzip")
        self.assertEqual(headers[b"access-control-allow-origin"], b"*")
        self.assertEqual(headers[b"x-content-type-options"], b"nosniff")

    async def test_all_other_addresses_are_the_sites(self) -> None:
        for path in ("/", "/static/nosuch.js", "/static/../manage.py"):
            self.assertEqual((await self.ask(path, "gzip"))[1], b"the site")
