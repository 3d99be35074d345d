from __future__ import annotations

import json

from django.test import Client

from tests.api.cases import ApiCase
from tests.support.cases import EPOCH, NEXT_EPOCH


class RightsTest(ApiCase):
    def test_staff_see_every_stream_others_the_public_ones(self) -> None:
        for client, names in (
            (Client(), ["main"]),
            (self.signed_in(), ["main"]),
            (self.signed_in(is_staff=True), ["main", "private"]),
        ):
            self.assertEqual([row["name"] for row in self.get("/api/streams/", client)], names)

    def test_a_private_stream_and_one_that_is_not_look_the_same(self) -> None:
        for path in ("/api/streams/{}/", "/api/streams/{}/ticks/"):
            answers = [self.get(path.format(name), status=401) for name in ("private", "nosuch")]
            self.assertEqual(answers[0]["detail"].replace("private", "nosuch"), answers[1]["detail"])
            for name in ("private", "nosuch"):
                self.get(path.format(name), self.signed_in(), status=404)
            self.get(path.format("private"), self.signed_in(is_staff=True))

    def test_nothing_can_be_written(self) -> None:
        staff = self.signed_in(is_staff=True, is_superuser=True)
        for path in ("/api/streams/", "/api/streams/main/", "/api/streams/main/ticks/"):
            for method in (staff.post, staff.put, staff.patch, staff.delete):
                self.assertIn(method(path).status_code, (403, 405))


class StreamTest(ApiCase):
    def test_a_stream_tells_what_is_kept_of_it(self) -> None:
        self.keep(1, 2, 3)
        self.keep(1, 2, epoch=NEXT_EPOCH)
        self.publish(3, prev_t=2, n=3, epoch=NEXT_EPOCH)
        stream = self.get("/api/streams/main/")
        times = {"oldest_ts": 1001.0, "newest_ts": 1003.0}
        self.assertEqual(
            stream["epochs"],
            [
                {"epoch": EPOCH, "oldest_t": 1, "newest_t": 3, "count": 3, **times},
                {"epoch": NEXT_EPOCH, "oldest_t": 1, "newest_t": 3, "count": 3, **times},
            ],
        )
        self.assertEqual((stream["name"], stream["public"]), ("main", True))
        self.assertEqual((stream["oldest_t"], stream["newest_t"], stream["count"], stream["rate"]), (1, 3, 6, 0.0))
        self.assertEqual(stream["ticks"], "http://testserver/api/streams/main/ticks/")

    def test_pages_of_any_origin_may_read_what_is_public_as_nobody(self) -> None:
        staff = self.signed_in(is_staff=True)
        for stream, origin in (("main", "*"), ("private", None)):
            for path in ("", "ticks/", "fields/", "ticks/?limit=0"):
                answer = staff.get(f"/api/streams/{stream}/{path}")
                self.assertEqual(answer.get("Access-Control-Allow-Origin"), origin, path)
                self.assertNotIn("Access-Control-Allow-Credentials", answer)

    def test_links_are_of_no_form(self) -> None:
        lines = self.answer("/api/streams/?format=jsonl").content.splitlines()
        self.assertEqual(json.loads(lines[0])["ticks"], "http://testserver/api/streams/main/ticks/")

    def test_what_is_not_there_is_told_as_any_error(self) -> None:
        for path in ("/api/nothing/", "/api/streams/MAIN/", "/api/streams/main/nothing/"):
            self.assertEqual(list(self.get(path, status=404)), ["detail"])
        answer = self.client.post("/api/streams/main/ticks/")
        self.assertEqual((answer.status_code, answer["Allow"]), (405, "GET, HEAD, OPTIONS"))

    def test_pages_are_browsable(self) -> None:
        for path in ("/api/", "/api/streams/", "/api/streams/main/", "/api/streams/main/ticks/"):
            answer = self.client.get(path, HTTP_ACCEPT="text/html")
            self.assertEqual((answer.status_code, answer["Content-Type"]), (200, "text/html; charset=utf-8"))
