"""Answers that are made at once are packed for who accepts that; what is sent as it is stored is not."""

from __future__ import annotations

import gzip
from typing import Any

from tests.api.cases import ApiCase
from tests.support.cases import EPOCH

TICKS = "/api/streams/main/ticks/"
DOWNLOAD = f"/api/segments/main:{EPOCH}:1/download/"


class PackedTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.keep(*range(1, 101))

    def asked(self, path: str, accepted: str = "br, gzip;q=0.8", **headers: str) -> Any:
        return self.client.get(path, headers={"Accept-Encoding": accepted, **headers})

    def test_in_each_form_it_is_the_same_and_smaller(self) -> None:
        for path in (TICKS, f"{TICKS}?format=csv", f"{TICKS}?format=jsonl", "/api/streams/main/series/"):
            plain, packed = self.client.get(f"{path}"), self.asked(path)
            with self.subTest(path):
                self.assertEqual((plain.get("Content-Encoding"), packed["Content-Encoding"]), (None, "gzip"))
                self.assertEqual(int(packed["Content-Length"]), len(packed.content))
                self.assertLess(len(packed.content), len(plain.content) / 2)
                self.assertEqual(packed["Content-Type"], plain["Content-Type"])
                for answer in (plain, packed):
                    self.assertIn("Accept-Encoding", answer["Vary"])
                if "series" not in path:  # of which the last hour is another one by now
                    self.assertEqual(gzip.decompress(packed.content), plain.content)

    def test_who_does_not_accept_it_has_it_as_it_is(self) -> None:
        for accepted in ("", "br", "gzip;q=0", "gzip; q=0.000, br", "x-gzip2"):
            self.assertNotIn("Content-Encoding", self.asked(TICKS, accepted), accepted)
        for accepted in ("gzip", "GZip", "br;q=1, gzip;q=0.001"):
            self.assertIn("Content-Encoding", self.asked(TICKS, accepted), accepted)

    def test_what_is_small_or_a_page_is_not(self) -> None:
        for answer in (self.asked(f"{TICKS}?limit=1"), self.asked(TICKS, Accept="text/html"), self.asked("/login/")):
            self.assertEqual(answer.status_code, 200)
            self.assertNotIn("Content-Encoding", answer)
            self.assertNotIn("Accept-Encoding", answer.get("Vary", ""))

    def test_exports_and_files_come_as_they_are_with_their_ranges(self) -> None:
        for path in ("/api/streams/main/export/", DOWNLOAD):
            answer = self.asked(path)
            self.assertEqual((answer.status_code, answer.streaming), (200, True))
            self.assertNotIn("Content-Encoding", answer)
            answer.close()
        whole = self.asked(DOWNLOAD)
        part = self.asked(DOWNLOAD, Range="bytes=10-2000", **{"If-Range": whole["ETag"]})
        self.assertEqual((part.status_code, part["Content-Length"]), (206, "1991"))
        self.assertEqual(self.asked(DOWNLOAD, **{"If-None-Match": whole["ETag"]}).status_code, 304)
        for answer in (whole, part):
            answer.close()
