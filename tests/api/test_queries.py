"""How often the database is asked: no more for many than for one, and never to count rows."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.api.cases import ApiCase
from tests.support.cases import EPOCH, NEXT_EPOCH
from ticks.access import tokens
from ticks.models import Field, Stream

STREAM = "/api/streams/main/"
MOST = {
    "/api/": 1,
    "/api/streams/": 2,
    STREAM: 10,
    f"{STREAM}fields/": 4,
    f"{STREAM}summary/": 25,
    f"{STREAM}ticks/?limit=3": 10,
    f"{STREAM}ticks/?limit=3&order=desc": 12,
    f"{STREAM}ticks/?from_ts=1002&to_ts=1009&limit=3": 14,
    f"{STREAM}ticks/3/?epoch={EPOCH}": 4,
    f"{STREAM}series/?fields=value&from_ts=1000&to_ts=1010": 21,
    "/api/segments/?limit=3": 3,
    f"/api/segments/main:{EPOCH}:1/": 2,
}
"""By address, the queries that it takes at most, with the one of who asks by a token."""
DOUBLINGS = 3
"""Files that are read one after the other are asked for in twice as many each time."""


class QueriesTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        staff = User.objects.create_user("staff", is_staff=True)
        self.client = Client(headers={"Authorization": f"Token {tokens.make(staff, 'script')}"})
        self.client.get("/api/streams/")  # the use of the token is written down once
        self.keep(1, 2, 3)
        self.keep(1, 2, epoch=NEXT_EPOCH)
        self.newest_t = 2

    def add(self, more: int) -> None:
        """So many files, streams and fields more."""
        for i in range(more):
            self.keep(self.newest_t + 1, self.newest_t + 2, epoch=NEXT_EPOCH)
            self.newest_t += 2
            Stream.objects.set_visibility(f"stream{self.newest_t}", i % 2 == 0)
            Field.objects.create(stream="main", path=f"field{self.newest_t}", kind="number", first_ts=0, last_ts=1)

    def queries(self, url: str) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            self.answer(url)
        return [query["sql"] for query in asked.captured_queries]

    def test_more_rows_take_no_more_queries_and_none_counts_them(self) -> None:
        self.add(4)
        few = {url: self.queries(url) for url in MOST}
        self.add(28)
        for url, most in MOST.items():
            with self.subTest(url):
                asked = self.queries(url)
                self.assertLessEqual(len(asked), most, "\n".join(asked))
                self.assertLessEqual(len(asked), len(few[url]) + DOUBLINGS, "\n".join(asked))
                self.assertEqual([sql for sql in asked if "COUNT(" in sql.upper()], [])
