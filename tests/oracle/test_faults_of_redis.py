"""Redis fails, in every way that it can: each subscriber, of every mode, has every tick."""

from __future__ import annotations

import time

from tests.oracle.cases import OracleCase
from tests.oracle.modes import of_all_modes
from tests.oracle.readers import ALL_KEPT, NEWEST, opener
from tests.oracle.sockets import V1, Plain
from tests.support.together import together
from tests.support.waiting import until

AWAY_TICKS = 300
AWAY_S = 5
CUT_S = 1
RING_BYTES = 1 << 20
LARGE = 4000


@together
class FaultsOfRedisTest(OracleCase):
    def begin(self) -> None:
        self.processes.web()
        self.producer = self.produce()
        self.watch()

    def end_with_connections_kept(self) -> None:
        """As `end_well`, and none was lost: not even one that is for one request after the other."""
        self.end_well(self.producer)
        for reader in self.crowd.readers:
            self.assertEqual(reader.connections, 1, str(reader))

    def test_redis_is_killed_and_subscribers_come_while_it_is_away(self) -> None:
        self.begin()
        self.valkey.kill()
        self.crowd.add(*of_all_modes(opener(self.processes.port), NEWEST))
        self.wait_until_written(AWAY_TICKS)
        self.valkey.start()
        self.crowd.wait_for(AWAY_TICKS)
        self.end_with_connections_kept()

    def test_redis_is_restarted_empty_at_once_and_again(self) -> None:
        self.begin()
        for _ in range(2):
            self.valkey.kill()
            self.valkey.start()
            self.assertEqual(self.valkey.loaded(), 0)
            self.crowd.wait_for(100)
        self.end_with_connections_kept()

    def test_redis_is_frozen(self) -> None:
        self.begin()
        self.valkey.freeze()
        self.crowd.add(*of_all_modes(opener(self.processes.port), NEWEST))
        self.wait_until_written(AWAY_TICKS)
        self.valkey.thaw()
        self.crowd.wait_for(AWAY_TICKS)
        self.end_with_connections_kept()

    def test_the_pub_sub_connections_alone_are_cut(self) -> None:
        self.begin()
        end, cut, unheard = time.monotonic() + CUT_S, 0, 0
        while time.monotonic() < end:
            cut += self.valkey.cut_subscriptions()
            unheard += not self.valkey.client.pubsub_channels()
        self.assertGreaterEqual(cut, 1)
        self.assertGreater(unheard, 0)
        self.crowd.wait_for(200)
        self.end_with_connections_kept()

    def test_redis_is_killed_while_the_only_ones_are_behind_the_ring_and_no_tick_comes_after_it(self) -> None:
        self.processes.web(TICKS_RING_BYTES=str(RING_BYTES))
        written = 3 * RING_BYTES // LARGE  # no file of the archive is closed so early: the hot log alone serves them
        producer = self.produce(500, LARGE, written)
        readers = [V1(opener(self.processes.port), ALL_KEPT), Plain(opener(self.processes.port), ALL_KEPT)]
        self.crowd.add(*readers)
        self.crowd.wait_for(10)
        self.send_away()
        self.wait_until_the_worker_has(written)
        self.valkey.kill()
        self.bring_back()
        until(lambda: all(reader.connections == 2 for reader in readers), "they are back, while Redis is away")
        time.sleep(AWAY_S)  # they are to ask it in vain, each time that its client tries
        self.assertLess(max(reader.ticks for reader in readers), written)
        self.valkey.start()
        self.crowd.wait_for_end_of(self.log)
        self.end_well(producer)

    def wait_until_the_worker_has(self, written: int) -> None:
        until(lambda: len(self.log.refresh()) == written, "all is written")
        last = V1(opener(self.processes.port), NEWEST)
        self.crowd.add(last)
        until(lambda: last.stands(self.log) == written, "the newest that a newcomer gets is the last")
        self.crowd.leave(last)
