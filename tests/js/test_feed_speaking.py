"""What the client says: pings, acknowledgements, selections, pauses, replays; all of it kept over a reconnect."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import WebSocketRoute

from tests.js.speaking import SpeakingCase
from tests.js.streaming import Connection, Server, Stream, send, ticks


@pytest.mark.browser
class SpeakingTest(SpeakingCase):
    # The clock.

    def test_the_servers_time_is_told_from_four_stamps_however_late_its_messages_come(self) -> None:
        stream = Stream(1, offset_s=4000)
        self.follow(stream)
        self.wait("feed.roundTripMs !== null")
        self.assertAlmostEqual(self.value("feed.now() - Date.now() / 1000"), 4000, delta=0.5)
        self.assertLess(self.value("feed.roundTripMs"), 10_000)
        self.until(lambda: len(stream.said("ping")) >= 5, "it pings some times at once")
        known = len(stream.said("ping"))
        stream.beat()
        self.until(lambda: len(stream.said("ping")) == known + 1, "it pings with each heartbeat")

    def test_the_ping_with_the_least_delay_counts_and_a_clock_that_was_set_is_noticed(self) -> None:
        body = """
            let local = 100;
            const clock = new ServerClock(() => local);
            const ping = (offset, out, back) => {
                const t0 = local;
                local += out + back;
                clock.pong({ t0, t1: t0 + out + offset, t2: t0 + out + offset });
                return Math.round((clock.now() - local) * 1000) / 1000;
            };
            const told = [ping(500, 0.4, 0.1), ping(500, 0.01, 0.01), ping(500, 0, 2)];
            clock.stamp(local + 499);
            told.push(Math.round(clock.now() - local));
            clock.stamp(local + 530);
            told.push(Math.round(clock.now() - local), ping(530, 0.01, 0.01), ping(430, 0.2, 0.2), clock.roundTripMs);
            return told;
        """
        told = self.run_js("{ ServerClock } from feed/clock.js", body)
        self.assertEqual([round(one, 3) for one in told], [500.15, 500, 500, 500, 530, 530, 430, 400])

    # Acknowledgements.

    def test_it_acknowledges_what_it_has_processed_and_not_what_it_has_received(self) -> None:
        stream = self.stream()
        self.until(lambda: stream.said("ack"), "it acknowledges")
        self.assertEqual(stream.said("ack")[-1], {"type": "ack", "t": 10, "epoch": "e1"})
        self.page.wait_for_timeout(300)  # the next one could go at once
        self.value("busyMs = 400")
        stream.push()
        self.until(lambda: stream.said("ack")[-1]["t"] == 11, "it acknowledges when it is done")
        self.assertEqual(self.value("early"), 0)

    def test_acknowledgements_are_few_however_many_messages_come(self) -> None:
        stream = self.stream()
        for _ in range(60):
            stream.push()
            self.page.wait_for_timeout(10)
        self.wait("seen.at(-1) === 70")
        self.until(lambda: stream.said("ack")[-1]["t"] == 70, "the last is acknowledged")
        self.assertLess(len(stream.said("ack")), 30)

    def test_a_quarter_of_a_mebibyte_is_acknowledged_sooner(self) -> None:
        body = """
            const sent = []; const waits = [];
            const later = window.setTimeout;
            window.setTimeout = (job, ms) => { waits.push(ms); return later(job, ms); };
            const acks = new Acks(({ t }) => sent.push(t));
            for (const [bytes, t] of [[300 * 1024, 1], [10, 2]]) {
                acks.took(bytes, { t });
                while (sent.at(-1) !== t) await new Promise((resolve) => later(resolve, 5));
            }
            return [sent, waits];
        """
        sent, (soon, late) = self.run_js("{ Acks } from feed/acks.js", body)
        self.assertEqual(sent, [1, 2])
        self.assertLessEqual(soon, 100)
        self.assertTrue(100 < late <= 250, late)

    # Sharing, where it can't be.

    def test_plain_http_away_from_loopback_has_no_locks_and_each_feed_its_own_connection(self) -> None:
        stream = self.stream()
        self.assertEqual(self.value("[isSecureContext, navigator.locks === undefined]"), [False, True])
        self.run_js("{ follow } from feed.js", "window.other = follow({ stream: 'main' });")
        self.until(lambda: len(stream.connected) == 2, "another one connects by itself")
        self.wait("feed.status.state === 'live' && other.status.state === 'live'")
        self.assertEqual(self.value("[feed.status.role, other.status.role]"), ["alone", "alone"])
        stream.push(2)
        self.wait("seen.at(-1) === 12 && other.cursor.t === 12")

    # Selections, pauses, replays.

    def test_options_and_a_later_selection_are_asked_for_and_kept_over_a_reconnect(self) -> None:
        stream = self.stream(fields=["cpu", "load.0"], downsample=2, fromT=4, epoch="e1")
        first = {"stream": "main", "fields": "cpu,load.0", "downsample": "2"}
        self.assertEqual(stream.queries, [{**first, "from_t": "4", "epoch": "e1"}])
        self.value("feed.subscribe({ fields: ['me,m'] })")
        self.until(lambda: stream.said(), "it asks")
        self.assertEqual(stream.said(), [{"type": "subscribe", "fields": ["me,m"]}])
        peer = self.lose(stream, 3)
        expected = {"stream": "main", "fields": '["me,m"]', "from_t": "10", "epoch": "e1"}
        self.assertEqual(peer.query, expected)
        self.wait("seen.at(-1) === 13")
        self.assertEqual(self.value("seen"), list(range(5, 14)))

    def test_another_place_is_believed_and_asked_for_again_if_its_answer_is_lost(self) -> None:
        stream = self.stream()
        self.value("feed.subscribe({ fromT: 2, epoch: 'e1' })")
        self.wait("seen.length === 9")
        self.assertEqual(self.value("seen"), [10, *range(3, 11)])
        self.assertEqual(self.value("hellos.at(-1)"), ["live", 2, False])
        stream.connected[0].hear = lambda message: None  # type: ignore[method-assign]
        self.value("feed.subscribe({ fromTs: 5 })")
        self.assertEqual(self.lose(stream).query["from_ts"], "5")
        self.wait("seen.length === 14")
        self.assertEqual(self.value("seen.slice(9)"), list(range(6, 11)))

    def test_paused_it_stays_paused_over_a_reconnect_and_resumes_at_its_cursor(self) -> None:
        stream = self.stream()
        self.value("feed.pause()")
        self.until(lambda: stream.said("pause"), "it asks")
        stream.push(3)
        self.assertEqual(self.lose(stream, 2).query, {"stream": "main"})
        self.until(lambda: len(stream.said("pause")) == 2, "it asks again")
        stream.push()
        self.wait("feed.status.state === 'live'")
        self.page.wait_for_timeout(100)
        self.assertEqual(self.value("seen"), [10])
        self.value("feed.resume()")
        self.wait("seen.at(-1) === 16")
        self.assertEqual(self.value("seen"), list(range(10, 17)))
        self.assertEqual(stream.said()[-1], {"type": "subscribe", "from_t": 10, "epoch": "e1"})

    def test_resumed_before_a_new_connection_is_greeted_it_takes_no_other_place_for_its_own(self) -> None:
        stream = self.stream()
        self.value("feed.pause()")
        self.until(lambda: stream.said("pause"), "it asks")
        stream.is_slow = True
        self.lose(stream, 5)
        self.until(lambda: len(stream.said("pause")) == 2, "it asks again, and waits for a hello")
        stream.is_slow = False
        self.value("feed.resume()")
        self.wait("seen.at(-1) === 15")
        self.assertEqual(self.value("seen"), list(range(10, 16)))

    def test_a_pause_on_one_connection_is_ended_by_a_plain_resume(self) -> None:
        stream = self.stream()
        self.value("feed.pause()")
        self.until(lambda: stream.said("pause"), "it asks")
        stream.push(3)
        self.value("feed.resume()")
        self.wait("seen.at(-1) === 13")
        self.assertEqual([one["type"] for one in stream.said()], ["pause", "resume"])
        self.assertEqual(self.value("seen"), [10, 11, 12, 13])

    def test_a_replay_goes_on_at_its_cursor_over_a_reconnect_and_joins_live(self) -> None:
        stream = self.stream()
        self.value("feed.replay({ fromT: 2, epoch: 'e1', speed: 4 })")
        self.wait("seen.at(-1) === 3")
        peer = self.lose(stream)
        self.until(lambda: len(stream.said("replay")) == 2, "it asks again")
        self.assertEqual(peer.query, {"stream": "main"})
        self.assertEqual(stream.said("replay")[-1], {"type": "replay", "from_t": 3, "epoch": "e1", "speed": 4})
        while peer.mode == "replay":
            peer.flow()
        stream.push()
        self.wait("seen.at(-1) === 11")
        self.assertEqual(self.value("seen"), [10, *range(3, 12)])
        self.assertEqual(self.value("hellos").pop(), ["live", 10, True])
        self.assertEqual(self.lose(stream).query["from_t"], "11")
        self.assertEqual(len(stream.said("replay")), 2)

    def test_what_the_server_refuses_is_told_and_not_asked_again(self) -> None:
        stream = self.stream()

        def refuse(message: dict[str, Any]) -> None:
            if message["type"] not in ("ping", "ack"):
                send(stream.peers[0].socket, type="error", code="bad_message", detail="speed=9999 is too fast")

        stream.peers[0].hear = refuse  # type: ignore[method-assign]
        self.value("feed.replay({ fromT: 1, speed: 9999 })")
        self.wait("refused.length === 1")
        stream.push()
        self.wait("seen.at(-1) === 11")
        self.assertEqual(self.lose(stream).query["from_t"], "11")
        self.assertEqual(stream.said("replay"), [])

    def test_a_server_that_knows_no_messages_is_followed_all_the_same(self) -> None:
        def old(server: Server, socket: WebSocketRoute) -> None:
            socket.on_message(lambda _: send(socket, type="error", code="unknown_message", detail="none yet"))
            server.hello(socket, server.asked_t())
            for t in range(server.asked_t() + 1, server.asked_t() + 6):
                ticks(socket, t, t)

        server = Server(old)
        self.follow(server)
        self.wait("seen.length === 5")
        self.page.wait_for_timeout(600)
        self.assertEqual((self.value("feed.status.state"), self.value("refused"), len(server.queries)), ("live", [], 1))

    # Final states.

    def test_signed_out_after_it_was_live_it_asks_once_more_and_then_stops(self) -> None:
        def live(server: Server, socket: WebSocketRoute) -> None:
            server.hello(socket, server.asked_t())
            socket.close(code=4401)

        server = Server(live, close_with(4401))
        self.follow(server)
        self.wait("feed.status.state === 'stopped'")
        self.assertEqual(len(server.queries), 2)
        self.assertNotIn("waiting", [state for state, *_ in self.value("states")])
        self.value("feed.retry()")
        self.assertEqual(self.value("feed.status.state"), "stopped")

    def test_one_of_too_many_waits_longer_and_comes_back(self) -> None:
        self.follow(Server(close_with(4429)))
        self.wait("feed.status.code === 4429")
        self.assertGreater(self.value("states.at(-1)")[2], 4000)
        self.value("feed.retry()")
        self.wait("states.filter(([state]) => state === 'waiting').length === 2")
        self.assertGreater(self.value("states.at(-1)")[2], 9000)


def close_with(code: int) -> Connection:
    return lambda server, socket: socket.close(code=code)
