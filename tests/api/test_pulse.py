"""All streams in one answer."""

from __future__ import annotations

import time
from unittest.mock import patch

from django.test import Client
from redis.client import Pipeline

from tests.api.cases import ApiCase
from tests.support.cases import EPOCH
from ticks.models import Stream

URL = "/api/pulse/"


class PulseTest(ApiCase):
    def test_it_tells_of_each_stream_that_one_may_read(self) -> None:
        Stream.objects.filter(name="main").update(description="The host.")
        self.publish(5, 7, prev_t=4, n=3)
        self.valkey.client.set(self.hotlog("private").lease_key, "x")
        before = time.time()
        told = self.get(URL, self.signed_in(is_staff=True))
        self.assertTrue(before <= told["server_time"] <= time.time())
        main = {"name": "main", "public": True, "description": "The host.", "producer": "down"}
        private = {"name": "private", "public": False, "description": "", "producer": "up"}
        self.assertEqual(
            told["streams"],
            [
                {**main, "epoch": EPOCH, "t": 7, "n": 4, "ts": 0.0},
                {**private, "epoch": None, "t": None, "n": None, "ts": None},
            ],
        )
        for client in (Client(), self.signed_in()):
            self.assertEqual([stream["name"] for stream in self.get(URL, client)["streams"]], ["main"])

    def test_redis_is_asked_once_however_many_streams_there_are(self) -> None:
        for at in range(20):
            Stream.objects.set_visibility(f"stream{at}", True)
        asking = patch.object(Pipeline, "execute", autospec=True, side_effect=Pipeline.execute)
        with asking as executed, self.assertNumQueries(1):
            self.assertEqual(len(self.get(URL)["streams"]), 21)
        self.assertEqual(executed.call_count, 1)

    def test_while_redis_is_away_it_says_that_it_can_not_be_known(self) -> None:
        self.use("redis://127.0.0.1:1/0")
        self.assertIn("try again", self.get(URL, status=503)["detail"])

    def test_where_nothing_may_be_read_nothing_is_told(self) -> None:
        Stream.objects.all().delete()
        self.assertEqual(self.get(URL)["streams"], [])
