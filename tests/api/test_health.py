"""How a stream stands, as the API tells it: to staff, to others, while Redis is away."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.cases import ApiCase
from tests.support.cases import EPOCH, NEXT_EPOCH, lines
from ticks.access import tokens
from ticks.api.schema import examples, shapes
from ticks.live.standings import Standings
from ticks.producer.lease import Lease

URL = "/api/streams/main/health/"
EMPTY = {"files": 0, "ticks": 0, "raw_bytes": 0, "stored_bytes": 0, "oldest_ts": None, "newest_ts": None}
COUNTS = ("subscribers", "raw_bytes", "sent_bytes", "unpacked_bytes", "repaired")
NOBODY = {"workers": 0, "names": None, "loop_lag_ms": None, **dict.fromkeys(COUNTS, 0)}


class HealthTest(ApiCase):
    def worker(self, name: str, p50: float, **counts: int) -> None:
        lag = {"p50": p50, "p99": 5.0, "max": 9 - p50}
        said = {"worker": name, "loop_lag_ms": lag, **dict.fromkeys(COUNTS, 1), **counts}
        Standings(self.connect(), self.hotlog()).tell(f"{name}:x", said)

    def produce(self, **more: Any) -> None:
        lease = Lease(self.connect(), self.hotlog(), self.archive / "main")
        lease.hold()
        lease.tell({**examples.HEALTH["producer"], **more})

    def test_a_stream_of_which_nothing_is_known(self) -> None:
        found = self.get(URL)
        self.assertAlmostEqual(found.pop("server_time"), time.time(), delta=60)
        self.assertEqual(found, {"stream": "main", "producer": None, "server": NOBODY, "archive": EMPTY})

    def test_the_workers_are_told_of_together_and_their_lag_is_that_of_the_worst(self) -> None:
        self.worker("b:2", 2.0, subscribers=3, sent_bytes=10**12, repaired=0)
        self.worker("a:1", 1.0, subscribers=4)
        server = self.get(URL, self.signed_in(is_staff=True))["server"]
        self.assertEqual(
            server,
            {
                "workers": 2,
                "names": ["a:1", "b:2"],
                "loop_lag_ms": {"p50": 2.0, "p99": 5.0, "max": 8.0},
                "subscribers": 7,
                "raw_bytes": 2,
                "sent_bytes": 10**12 + 1,
                "unpacked_bytes": 2,
                "repaired": 1,
            },
        )

    def test_hosts_and_processes_are_for_staff_alone(self) -> None:
        self.worker("rig:2", 1.0)
        self.produce(host="rig", pid=77)
        staff = User.objects.create_user("boss", is_staff=True)
        everything, narrow = tokens.make(staff, "all"), tokens.make(staff, "main", stream="main")
        asked = (
            (self.client, {}, False),
            (self.signed_in(), {}, False),
            (self.client, {"Authorization": f"Token {narrow}"}, False),
            (self.client, {"Authorization": f"Token {everything}"}, True),
            (self.signed_in(is_staff=True), {}, True),
        )
        for client, headers, is_told in asked:
            answer = self.answer(URL, client, **headers)
            found = answer.json()
            self.assertEqual(
                (found["producer"]["host"], found["producer"]["pid"], found["server"]["names"]),
                ("rig", 77, ["rig:2"]) if is_told else (None, None, None),
            )
            self.assertEqual("rig" in answer.content.decode(), is_told)
            self.assertEqual(found["server"]["workers"], 1)

    def test_a_producer_of_another_version_tells_nothing_but_what_is_described(self) -> None:
        self.produce(command="a secret")
        found = self.get(URL, self.signed_in(is_staff=True))["producer"]
        self.assertEqual(found, examples.HEALTH["producer"])
        lease = Lease(self.connect(), self.hotlog(), self.archive / "main")
        lease.hold()
        lease.tell({"ticks": 5})
        self.assertEqual(self.get(URL)["producer"], {**dict.fromkeys(shapes.PRODUCER["properties"]), "ticks": 5})

    def test_the_archive_is_told_from_one_query_whatever_its_size(self) -> None:
        files = [self.keep(1, 2, 3), self.keep(4, 5), self.keep(1, epoch=NEXT_EPOCH, at=5000.0)]
        with CaptureQueriesContext(connection) as queries:
            archive = self.get(URL)["archive"]
        self.assertEqual(len([one for one in queries if "segment" in one["sql"]]), 1)
        size = sum(path.stat().st_size for path in files)
        raw = sum(len(line) + 1 for line in (*lines(1, 2, 3, 4, 5), *lines(1, at=5000.0)))
        times = {"oldest_ts": 1001.0, "newest_ts": 5001.0}
        self.assertEqual(archive, {"files": 3, "ticks": 6, "raw_bytes": raw, "stored_bytes": size, **times})

    def test_while_redis_is_away_the_archive_is_still_told(self) -> None:
        self.keep(1, 2, epoch=EPOCH)
        self.use("unix:///nowhere/valkey.sock")
        found = self.get(URL)
        self.assertEqual((found["producer"], found["server"], found["archive"]["ticks"]), (None, None, 2))
