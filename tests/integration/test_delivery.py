"""Every tick, live, in order, with no hole: through real processes, and their deaths."""

from __future__ import annotations

import random
import time

import psutil

from tests.integration.cases import ProcessCase
from tests.support.kills import kill_producers
from tests.support.processes import manage
from tests.support.subscriber import Subscriber
from tests.support.together import together
from tests.support.waiting import until
from ticks.producer.tail import TAIL_TICKS

KILLS = 20
FROZEN_S = 12

FAST = ("host", "--interval", "0.01")


@together
class DeliveryTest(ProcessCase):
    def assert_has_what_is_archived(self, subscriber: Subscriber) -> None:
        archived = self.archived()
        until(lambda: len(subscriber.got) >= len(archived), "the subscriber has the last tick")
        self.assertEqual([t for _, t in archived], list(range(1, len(archived) + 1)))
        self.assertEqual(subscriber.got, archived)
        self.assertEqual((subscriber.gaps, subscriber.broken), ([], []))

    def test_a_killed_producer_loses_nothing_that_anybody_saw(self) -> None:
        self.processes.web()
        subscriber = self.subscribe("from_t=-1")
        seed = random.randrange(1 << 32)
        left_open = kill_producers(self.processes, subscriber, KILLS, seed)
        last = self.processes.producer("host", "--interval", "0.01", "--ticks", "10")
        self.assertEqual(last.process.wait(60), 0, last.said)
        until(lambda: subscriber.got and subscriber.got[-1] == self.archived()[-1], "the subscriber has the last tick")
        archived = self.archived()
        self.assertGreater(left_open, KILLS // 2, "most were killed over a file that they were writing")
        self.assertEqual(len({epoch for epoch, _ in archived}), 1, f"seed {seed}")
        self.assertEqual([t for _, t in archived], list(range(1, len(archived) + 1)), f"seed {seed}")
        self.assertEqual(subscriber.got, archived, f"seed {seed}")
        self.assertEqual((subscriber.gaps, subscriber.broken), ([], []), f"seed {seed}")

    def test_live_ticks_arrive_with_hot_log_reads_switched_off(self) -> None:
        self.processes.web(self.valkey.url_of("blind", "-xrange", "-xrevrange"))
        self.processes.producer(*FAST)
        subscriber = self.subscribe()
        subscriber.wait_for(100)
        self.assertEqual(subscriber.ts, list(range(subscriber.ts[0], subscriber.ts[0] + len(subscriber.ts))))
        self.assertGreater(self.valkey.denied("blind"), 0)

    def test_with_the_group_messages_cut_repair_brings_every_tick_and_counts_it(self) -> None:
        worker = self.processes.web()
        producer = self.processes.producer(*FAST, redis_url=self.valkey.url_of("mute", "-publish"))
        subscriber = self.subscribe("from_t=0")
        subscriber.wait_for(500)
        self.assertEqual(subscriber.ts, list(range(1, len(subscriber.ts) + 1)))
        self.assertGreater(self.valkey.denied("mute"), 0)
        producer.wait_to_say("group messages fail")
        worker.wait_to_say("came from the hot log, their group messages did not arrive")

    def test_a_redis_that_comes_back_empty_leaves_no_hole(self) -> None:
        self.processes.web()
        producer = self.processes.producer(*FAST)
        subscriber = self.subscribe("from_t=0")
        subscriber.wait_for(50)
        self.valkey.kill()
        producer.wait_to_say("nobody can watch")
        self.valkey.start()
        self.assertEqual(self.valkey.client.dbsize(), 0)
        producer.wait_to_say("Redis is back")
        subscriber.wait_for(len(subscriber.got) + 200)
        self.assertEqual(subscriber.ts, list(range(1, len(subscriber.ts) + 1)))
        self.assertEqual((subscriber.gaps, subscriber.broken), ([], []))

    def test_a_redis_that_is_frozen_for_longer_than_any_time_out_leaves_no_hole_and_nothing_twice(self) -> None:
        """It applies what timed out when it thaws, and the retries come besides."""
        self.processes.web()
        producer = self.processes.producer("simulation", "--rate", "500")
        subscriber = self.subscribe("from_t=0")
        subscriber.wait_for(500)
        before = psutil.Process(producer.process.pid).memory_info().rss
        self.valkey.freeze()
        time.sleep(FROZEN_S)  # how long it is frozen is what is tested
        until(lambda: len(self.archived()) > len(subscriber.got) + TAIL_TICKS, "more is owed than the memory keeps")
        grown = psutil.Process(producer.process.pid).memory_info().rss - before
        archived = len(self.archived())
        self.assertLess(grown, 60e6)
        self.valkey.thaw()
        subscriber.wait_for(archived + 500)
        self.assertEqual(producer.stop(), 0, producer.said)
        self.assert_has_what_is_archived(subscriber)

    def test_a_slow_redis_leaves_no_hole(self) -> None:
        self.processes.web()
        producer = self.processes.producer("simulation", "--rate", "500")
        subscriber = self.subscribe("from_t=0")
        subscriber.wait_for(500)
        with self.valkey.slowed() as stops:
            subscriber.wait_for(len(subscriber.got) + 2000)
        self.assertGreater(stops(), 20)
        self.assertEqual(producer.stop(), 0, producer.said)
        self.assert_has_what_is_archived(subscriber)

    def test_without_redis_a_producer_keeps_archiving_and_says_so(self) -> None:
        self.valkey.kill()
        producer = self.processes.producer(*FAST)
        producer.wait_to_say("nobody can watch. Start `manage.py runmonitor`")
        until(lambda: len(self.archived()) > 50, "ticks are archived")
        self.valkey.start()
        self.processes.web()
        subscriber = self.subscribe("from_t=0")
        subscriber.wait_for(100)
        self.assertEqual(subscriber.ts, list(range(1, len(subscriber.ts) + 1)))

    def test_reindex_makes_the_same_index_from_the_files(self) -> None:
        for _ in range(3):
            self.processes.producer("host", "--interval", "0.01", "--ticks", "20").process.wait(60)
        rows = "from ticks.models import Segment; print(*Segment.objects.values_list().order_by('first_t'), sep='\\n')"
        shell = ("shell", "-v", "0", "-c")
        before = manage(self.home, self.valkey.url, *shell, rows)
        manage(self.home, self.valkey.url, *shell, "from ticks.models import Segment; Segment.objects.all().delete()")
        said = manage(self.home, self.valkey.url, "reindex")
        after = manage(self.home, self.valkey.url, *shell, rows)
        self.assertIn("main: 3 files indexed", said)
        self.assertEqual(
            [row.split(", ", 1)[1] for row in before.splitlines()],
            [row.split(", ", 1)[1] for row in after.splitlines()],
        )
        self.assertEqual(len(before.splitlines()), 3)


class OneWriterTest(ProcessCase):
    def test_a_second_producer_stops_with_exit_code_2_and_says_who_holds_the_stream(self) -> None:
        first = self.processes.producer(*FAST)
        first.wait_to_say("→ stream main")
        second = self.processes.producer(*FAST)
        self.assertEqual(second.process.wait(60), 2)
        self.assertIn(f"process {first.process.pid} on", second.said)
        self.assertNotIn("Traceback", second.said)
        first.kill()
        third = self.processes.producer(*FAST)
        third.wait_to_say("→ stream main")
