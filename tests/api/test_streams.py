from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from tests.support.cases import EPOCH, NEXT_EPOCH, ValkeyCase
from ticks.api import views
from ticks.models import Stream


class ApiCase(ValkeyCase):
    def setUp(self) -> None:
        super().setUp()
        views._client.cache_clear()
        self.addCleanup(views._client.cache_clear)
        Stream.objects.set_visibility("main", True)
        Stream.objects.set_visibility("private", False)

    def get(self, path: str, client: Client | None = None, status: int = 200) -> Any:
        answer = (client or self.client).get(path)
        self.assertEqual(answer.status_code, status, answer.content)
        return answer.json()

    def signed_in(self, **rights: bool) -> Client:
        client = Client()
        client.force_login(User.objects.create_user(f"user{User.objects.count()}", **rights))
        return client


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
            self.assertEqual(answers[0], answers[1])
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
        self.assertEqual(
            stream["epochs"],
            [
                {"epoch": EPOCH, "oldest_t": 1, "newest_t": 3, "count": 3},
                {"epoch": NEXT_EPOCH, "oldest_t": 1, "newest_t": 2, "count": 2},
            ],
        )
        self.assertEqual((stream["name"], stream["public"], stream["newest_t"]), ("main", True, 3))
        self.assertEqual(stream["ticks"], "http://testserver/api/streams/main/ticks/")

    def test_pages_are_browsable(self) -> None:
        for path in ("/api/", "/api/streams/", "/api/streams/main/", "/api/streams/main/ticks/"):
            answer = self.client.get(path, HTTP_ACCEPT="text/html")
            self.assertEqual((answer.status_code, answer["Content-Type"]), (200, "text/html; charset=utf-8"))


class TicksTest(ApiCase):
    URL = "/api/streams/main/ticks/"

    def walk(self, url: str) -> tuple[list[int], list[Any]]:
        ts: list[int] = []
        gaps: list[Any] = []
        while (page := self.get(url))["ticks"] or page["gaps"]:
            ts += [tick["t"] for tick in page["ticks"]]
            gaps += page["gaps"]
            url = page["next"]
        return ts, gaps

    def test_a_walk_by_next_gives_every_tick_once_over_files_hot_log_and_epochs(self) -> None:
        self.keep(1, 2, 3)
        self.keep(4, 5)
        self.keep(1, 2, epoch=NEXT_EPOCH)
        self.publish(2, 3, 4, prev_t=1, n=2, epoch=NEXT_EPOCH)
        for limit in (1, 2, 3, 100):
            ts, gaps = self.walk(f"{self.URL}?limit={limit}")
            self.assertEqual(ts, [1, 2, 3, 4, 5, 1, 2, 3, 4])
            self.assertEqual([(gap["reason"], gap["epoch"]) for gap in gaps], [("epoch", NEXT_EPOCH)])

    def test_a_walk_goes_on_while_ticks_arrive(self) -> None:
        self.keep(1, 2)
        page = self.get(f"{self.URL}?limit=10")
        self.assertEqual(page["next_t"], 2)
        self.keep(3)
        self.assertEqual([tick["t"] for tick in self.get(page["next"])["ticks"]], [3])

    def test_a_bare_t_is_a_cursor_in_the_present_epoch(self) -> None:
        self.keep(1, 2, 3)
        self.keep(1, 2, 3, epoch=NEXT_EPOCH)
        page = self.get(f"{self.URL}?after=1")
        self.assertEqual((page["epoch"], [tick["t"] for tick in page["ticks"]]), (NEXT_EPOCH, [2, 3]))

    def test_an_empty_stream_has_an_empty_page(self) -> None:
        page = self.get(self.URL)
        self.assertEqual((page["ticks"], page["gaps"], page["epoch"], page["next_t"]), ([], [], None, 0))
        self.assertEqual(page["next"], f"http://testserver{self.URL}")

    def test_a_wrong_parameter_is_named_with_what_is_allowed(self) -> None:
        for query, detail in (
            ("limit=0", "limit='0' is not a whole number from 1 to 1000"),
            ("limit=1001", "limit='1001' is not a whole number from 1 to 1000"),
            ("limit=999999999999999999999", "limit='999999999999999999999' is not a whole number from 1 to 1000"),
            ("limit=000000001000000000", "limit='000000001000000000' is not a whole number from 1 to 1000"),
            ("after=x", "after='x' is neither <epoch>:<t> nor a whole number up to 9007199254740991"),
            ("after=short:1", "after='short:1' is neither <epoch>:<t> nor a whole number up to 9007199254740991"),
            ("befor=1", "unknown parameter 'befor': allowed are after, limit, format"),
        ):
            with self.subTest(query):
                self.assertEqual(self.get(f"{self.URL}?{query}", status=400)["detail"], detail)

    def test_redis_being_away_does_not_keep_the_archive_from_being_read(self) -> None:
        self.keep(1, 2, 3)
        self.use("unix:///nowhere/valkey.sock")
        self.assertEqual(self.walk(self.URL), ([1, 2, 3], []))
