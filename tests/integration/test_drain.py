"""The end of a web worker: everybody is told, what is under way is finished, and it does not take long."""

from __future__ import annotations

import json
import signal
import threading
import time

from tests.integration.cases import ProcessCase
from tests.serving.cases import WorkerCase
from tests.serving.peer import CLOSE, UPGRADE, Peer
from tests.support.processes import Running
from tests.support.together import together
from tests.support.waiting import until

LIMIT_S = 15
"""Of what takes 7 s at most, on a machine that is busy."""
"""Then `runmonitor` kills."""


class DrainCase(WorkerCase):
    def begin(self, worker: Running) -> float:
        """SIGTERM; returns when."""
        worker.process.send_signal(signal.SIGTERM)
        return time.monotonic()

    def finish(self, worker: Running, began: float) -> dict[str, int]:
        """It ends in order and in time; what happened in it."""
        self.assertEqual(worker.process.wait(60), 0, worker.said)
        self.assertLess(time.monotonic() - began, LIMIT_S)
        told: dict[str, int] = json.loads(worker.said.rpartition("events ")[2])
        return told

    def goodbyes(self, peers: list[Peer], began: float) -> list[float]:
        """Seconds until each was told to come back, which each of them confirms."""
        told: list[float] = []

        def part(peer: Peer) -> None:
            frame = peer.message()
            self.assertEqual((frame.opcode, frame.close_code), (CLOSE, 1012))
            told.append(time.monotonic() - began)
            peer.say(CLOSE, frame.payload)

        threads = [threading.Thread(target=part, args=(peer,)) for peer in peers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(len(told), len(peers))
        return sorted(told)


class ToldTest(DrainCase):
    def test_few_are_told_at_once_and_it_is_over_soon(self) -> None:
        worker = self.start()
        peers = [self.socket("/echo") for _ in range(5)]
        began = self.begin(worker)
        self.goodbyes(peers, began)
        self.assertEqual(self.finish(worker, began)["echo left"], 5)

    def test_many_are_told_one_after_the_other(self) -> None:
        worker = self.start()
        peers = [self.socket("/echo") for _ in range(300)]
        began = self.begin(worker)
        told = self.goodbyes(peers, began)
        fifths = [sum(second <= at < second + 1 for at in told) for second in range(5)]
        self.assertGreater(min(fifths), 20, f"evenly: {fifths}")
        self.assertEqual(self.finish(worker, began)["echo left"], 300)


@together
class EndTest(DrainCase):
    def test_a_request_under_way_is_answered_and_idle_connections_are_closed(self) -> None:
        worker = self.start()
        idle, busy = self.peer(), self.peer()
        idle.ask("/slow?seconds=0")
        self.assertEqual(idle.answer()[1], b"done")
        busy.ask("/slow?seconds=2")
        self.wait_for("slow began", 2)
        began = self.begin(worker)
        self.assertEqual(idle.rest(), b"")
        self.assertLess(time.monotonic() - began, 4.5, "it has nothing to wait for")
        head, body = busy.answer()
        self.assertIn(b"connection: close", head.lower())
        self.assertEqual((body, busy.rest()), (b"done", b""))
        self.finish(worker, began)

    def test_nobody_waits_longer_than_the_limit_for_those_who_do_not_go(self) -> None:
        worker = self.start()
        reader, mute = self.peer(), self.socket("/stay")
        reader.ask("/endless")
        reader.head()
        taken: list[bytes] = []
        taking = threading.Thread(target=lambda: taken.append(reader.last()))
        taking.start()
        stuck = self.peer()
        stuck.ask("/thread?seconds=60")
        self.socket("/leave")
        self.wait_for("thread began")
        self.wait_for("leave ended")
        began = self.begin(worker)
        self.assertEqual(mute.message().close_code, 1012)
        self.assertEqual(worker.process.wait(60), 0, worker.said)
        self.assertLess(time.monotonic() - began, LIMIT_S)
        taking.join(60)
        self.assertNotIn(b"\r\n0\r\n", taken[0], "what was cut does not look whole")
        self.assertNotIn("Traceback", worker.said)

    def test_an_application_that_ended_before_its_connection_spares_no_other_its_end(self) -> None:
        worker = self.start()
        left, stays = self.socket("/leave"), self.socket("/stay")
        self.wait_for("leave ended")
        time.sleep(1.5)  # Daphne forgets an application that has ended once a second
        began = self.begin(worker)
        self.goodbyes([left, stays], began)
        events = self.finish(worker, began)
        self.assertEqual(events["stay cancelled"], 1, "and it was waited for")
        self.assertEqual(events["stay ended"], 1)

    def test_who_comes_during_the_end_is_turned_away(self) -> None:
        worker = self.start()
        late, pending, busy = self.peer(), self.peer(), self.peer()
        late.socket.sendall(b"GET /echo HTTP/1.1\r\nHost: test\r\n")
        pending.ask("/hesitate", UPGRADE)
        busy.ask("/slow?seconds=3")
        self.wait_for("hesitate began")
        self.wait_for("slow began")
        began = self.begin(worker)
        self.assertIn(b" 503 ", pending.head())
        late.socket.sendall(UPGRADE.encode() + b"\r\n")
        self.assertIn(b" 503 ", late.head())
        self.assertEqual(busy.answer()[1], b"done")
        self.assertNotIn("echo began", self.finish(worker, began))

    def test_the_other_worker_goes_on_accepting(self) -> None:
        first, second = self.start(), self.start()
        began = self.begin(first)
        self.finish(first, began)
        for _ in range(20):
            self.assertEqual(self.get("/slow?seconds=0"), b"done")
        self.finish(second, self.begin(second))

    def test_answers_without_an_end_are_told_and_end_whole(self) -> None:
        worker = self.start()
        peers = [self.peer() for _ in range(50)]
        for peer in peers:
            peer.ask("/until_goodbye")
            peer.head()
            self.assertEqual((peer.line(), peer.line()), (b"5", b"begun"))
        began = self.begin(worker)
        for peer in peers:
            self.assertEqual(peer.chunks(), b"the end")
            self.assertEqual(peer.rest(), b"", "and the connection ends with it")
        self.finish(worker, began)

    def test_one_that_begins_during_the_end_is_told_at_once(self) -> None:
        worker = self.start()
        late, busy = self.peer(), self.peer()
        late.socket.sendall(b"GET /until_goodbye HTTP/1.1\r\nHost: test\r\n")
        busy.ask("/slow?seconds=3")
        self.wait_for("slow began")
        began = self.begin(worker)
        until(lambda: self.handles(worker, "SigIgn"), "it has begun to end")
        late.socket.sendall(b"\r\n")
        late.head()
        self.assertEqual((late.chunks(), late.rest()), (b"begunthe end", b""))
        self.assertEqual(busy.answer()[1], b"done")
        self.finish(worker, began)

    def test_one_signal_sent_twice_is_one(self) -> None:
        worker = self.start()
        busy = self.peer()
        busy.ask("/slow?seconds=2")
        self.wait_for("slow began")
        began = self.begin(worker)
        until(lambda: self.handles(worker, "SigIgn"), "it has begun to end")
        worker.process.send_signal(signal.SIGTERM)
        self.assertEqual(busy.answer()[1], b"done")
        self.finish(worker, began)

    def test_a_second_signal_ends_it_at_once(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            worker = self.start()
            busy = self.peer()
            busy.ask("/thread?seconds=60")
            self.wait_for("thread began")
            self.begin(worker)
            self.wait_for_default_signals(worker)
            began = time.monotonic()
            worker.process.send_signal(number)
            self.assertEqual(worker.process.wait(60), -number)
            self.assertLess(time.monotonic() - began, 20)

    def wait_for_default_signals(self, worker: Running) -> None:
        until(
            lambda: not self.handles(worker, "SigCgt") and not self.handles(worker, "SigIgn"), "one more would end it"
        )

    def handles(self, worker: Running, how: str) -> bool:
        """Whether a process catches (`SigCgt`) or ignores (`SigIgn`) SIGTERM: by what /proc says."""
        with open(f"/proc/{worker.process.pid}/status") as status:
            handled = next(int(line.split()[1], 16) for line in status if line.startswith(how))
        return bool(handled >> (signal.SIGTERM - 1) & 1)


class ProductTest(ProcessCase):
    def test_subscribers_of_the_product_are_told_to_come_back_and_lose_nothing(self) -> None:
        first = self.processes.web()
        self.processes.producer("simulation", "--rate", "100", "--agents", "2")
        subscribers = [self.subscribe("from_t=0") for _ in range(10)]
        for subscriber in subscribers:
            subscriber.wait_for(100)
        self.processes.web()
        began = time.monotonic()
        self.assertEqual(first.stop(), 0, first.said)
        self.assertLess(time.monotonic() - began, LIMIT_S)
        self.assertNotIn("Traceback", first.said)
        goals = [len(subscriber.got) + 100 for subscriber in subscribers]
        for subscriber, goal in zip(subscribers, goals, strict=True):
            subscriber.wait_for(goal)
            self.assertEqual(subscriber.ts, list(range(1, len(subscriber.ts) + 1)))
        self.assertGreater(sum(subscriber.connections for subscriber in subscribers), len(subscribers))
