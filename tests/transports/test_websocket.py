from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any
from unittest.mock import patch

from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.test import Client, override_settings

from monitor.asgi import application
from tests.live.test_relay import LiveCase
from tests.support.cases import EPOCH, NEXT_EPOCH
from ticks.access import door
from ticks.live.hub import Hub
from ticks.models import Stream
from ticks.transports import websocket

HOST = (b"host", b"localhost")


class SocketCase(LiveCase):
    """Sockets without a server: the whole ASGI application, a real Valkey behind it."""

    def setUp(self) -> None:
        super().setUp()
        Stream.objects.set_visibility("main", True)
        Stream.objects.set_visibility("private", False)
        self.hub = Hub()
        patched = patch.object(websocket, "hub", self.hub)
        patched.start()
        self.addCleanup(patched.stop)

    async def open(
        self, query: str = "", headers: tuple[tuple[bytes, bytes], ...] = (), v1: bool = True, path: str = "/ws/stream"
    ) -> WebsocketCommunicator:
        socket = WebsocketCommunicator(
            application, f"{path}?{query}", [HOST, *headers], subprotocols=["ticks.v1"] if v1 else []
        )
        accepted, protocol = await socket.connect(timeout=60)
        assert accepted
        self.assertEqual(protocol, "ticks.v1" if v1 else None)
        return socket

    async def hear(self, socket: WebsocketCommunicator) -> dict[str, Any]:
        said = await socket.receive_from(timeout=60)
        heard: dict[str, Any] = json.loads(gzip.decompress(said) if isinstance(said, bytes) else said)
        return heard

    async def refused(self, query: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> tuple[int, str, str]:
        socket = await self.open(query, headers)
        error = await self.hear(socket)
        closed = await socket.receive_output(timeout=60)
        self.assertEqual((closed["type"], error["type"]), ("websocket.close", "error"))
        return closed["code"], error["code"], error["detail"]

    async def end(self) -> None:
        await door.close()
        self.feeds = list(self.hub._feeds.values())
        await super().end()

    def cookie(self, **rights: bool) -> tuple[bytes, bytes]:
        user = User.objects.create_user(f"user{User.objects.count()}", **rights)
        client = Client()
        client.force_login(user)
        return (b"cookie", f"sessionid={client.cookies['sessionid'].value}".encode())


class RefusalTest(SocketCase):
    async def test_every_refusal_opens_says_why_and_closes_with_its_code(self) -> None:
        staff = await asyncio.to_thread(self.cookie, is_staff=True)
        guest = await asyncio.to_thread(self.cookie, is_staff=False)
        foreign = (b"origin", b"http://evil.example")
        for query, headers, code, word in (
            ("stream=private", (), 4401, "sign_in"),
            ("stream=nosuch", (), 4401, "sign_in"),
            ("stream=private", (guest,), 4403, "not_allowed"),
            ("stream=nosuch", (staff,), 4404, "no_such_stream"),
            ("stream=private", (staff, foreign), 4401, "sign_in"),
            ("from_t=x", (), 4400, "bad_request"),
            ("from_ts=nan", (), 4400, "bad_request"),
            ("epoch=0mwpx6cq0aaaa", (), 4400, "bad_request"),
            ("nonsense=1", (), 4400, "bad_request"),
            ("stream=../etc", (), 4400, "bad_request"),
        ):
            with self.subTest(query=query, headers=headers):
                self.assertEqual((await self.refused(query, headers))[:2], (code, word))

    async def test_a_refusal_names_the_parameter_its_value_and_what_is_allowed(self) -> None:
        _, _, detail = await self.refused("from_t=-2")
        self.assertEqual(detail, "from_t=-2 is neither -1 (all that is kept) nor a whole number up to 9007199254740991")

    @override_settings(ALLOWED_HOSTS=["elsewhere.example"])
    async def test_a_host_that_is_not_allowed_is_refused(self) -> None:
        self.assertEqual((await self.refused(""))[:2], (4403, "not_allowed"))

    async def test_staff_read_private_streams_also_from_a_page_of_this_site(self) -> None:
        staff = await asyncio.to_thread(self.cookie, is_staff=True)
        socket = await self.open("stream=private", (staff, (b"origin", b"http://localhost")))
        self.assertEqual((await self.hear(socket))["type"], "hello")
        await socket.disconnect()
        await self.end()

    async def test_a_path_without_a_socket_is_refused(self) -> None:
        accepted, _ = await WebsocketCommunicator(application, "/ws/other", [HOST]).connect(timeout=60)
        self.assertFalse(accepted)


class StreamTest(SocketCase):
    async def test_hello_comes_first_then_the_newest_tick_then_live_ones(self) -> None:
        await self.put(1, 2, 3, prev_t=0, n=1)
        socket = await self.open()
        hello = await self.hear(socket)
        self.assertEqual(
            {key: hello[key] for key in ("type", "stream", "epoch", "cursor", "mode", "oldest_t", "newest_t")},
            {
                "type": "hello",
                "stream": "main",
                "epoch": EPOCH,
                "cursor": {"epoch": EPOCH, "t": 2},
                "mode": "live",
                "oldest_t": 1,
                "newest_t": 3,
            },
        )
        self.assertEqual(hello["latest"]["t"], 3)
        ticks = await self.hear(socket)
        self.assertEqual((ticks["prev_t"], ticks["first_t"], ticks["last_t"], len(ticks["ticks"])), (2, 3, 3, 1))
        await self.put(4, prev_t=3, n=4)
        await self.tell(4, prev_t=3, n=4)
        self.assertEqual((await self.hear(socket))["prev_t"], 3)
        await socket.disconnect()
        await self.end()

    async def test_messages_from_1024_bytes_are_binary_frames_of_one_gzip_member(self) -> None:
        await self.put(*range(1, 200), prev_t=0, n=1)
        socket = await self.open("from_t=0")
        self.assertIsInstance(await socket.receive_from(timeout=60), str)
        frame = await socket.receive_from(timeout=60)
        self.assertIsInstance(frame, bytes)
        self.assertEqual(len(json.loads(gzip.decompress(frame))["ticks"]), 199)
        await socket.disconnect()
        await self.end()

    async def test_plain_mode_sends_one_text_message_a_tick_and_ignores_what_it_is_told(self) -> None:
        await self.put(1, 2, prev_t=0, n=1)
        socket = await self.open("from_t=0", v1=False)
        await socket.send_to(text_data="anything")
        heard = [await self.hear(socket) for _ in range(2)]
        self.assertEqual([tick["t"] for tick in heard], [1, 2])
        await socket.disconnect()
        await self.end()

    async def test_plain_mode_tells_a_gap_as_an_object_without_t(self) -> None:
        await self.put(1, prev_t=0, n=1)
        socket = await self.open("from_t=50", v1=False)
        gap = {"after_t": 50, "next_t": 2, "count": 0, "reason": "epoch", "epoch": EPOCH}
        self.assertEqual(await self.hear(socket), {"gap": gap})
        await socket.disconnect()
        await self.end()

    async def test_a_cursor_in_an_ended_epoch_is_read_to_its_end_then_the_gap_is_told(self) -> None:
        await asyncio.to_thread(self.keep, 1, 2, 3)
        await self.put(1, prev_t=0, n=1, epoch=NEXT_EPOCH)
        socket = await self.open(f"from_t=1&epoch={EPOCH}")
        heard = [await self.hear(socket) for _ in range(4)]
        self.assertEqual([message["type"] for message in heard], ["hello", "ticks", "gap", "ticks"])
        self.assertEqual([tick["t"] for tick in heard[1]["ticks"]], [2, 3])
        self.assertEqual((heard[2]["reason"], heard[2]["epoch"], heard[2]["count"]), ("epoch", NEXT_EPOCH, 0))
        self.assertEqual((heard[3]["prev_t"], heard[3]["last_t"]), (0, 1))
        await socket.disconnect()
        await self.end()

    async def test_a_stream_without_ticks_says_hello_again_when_the_first_one_comes(self) -> None:
        socket = await self.open()
        hello = await self.hear(socket)
        self.assertEqual((hello["epoch"], hello["cursor"], hello["latest"]), (None, None, None))
        await self.put(1, prev_t=0, n=1)
        await self.tell(1, prev_t=0, n=1)
        hello, ticks = await self.hear(socket), await self.hear(socket)
        self.assertEqual((hello["type"], hello["epoch"], ticks["last_t"]), ("hello", EPOCH, 1))
        await socket.disconnect()
        await self.end()

    async def test_who_waited_for_the_first_tick_gets_all_that_come_at_once(self) -> None:
        socket = await self.open()
        await self.hear(socket)
        await self.put(*range(1, 8), prev_t=0, n=1)
        await self.tell(*range(1, 8), prev_t=0, n=1)
        hello, ticks = await self.hear(socket), await self.hear(socket)
        self.assertEqual((hello["cursor"]["t"], ticks["prev_t"], ticks["last_t"]), (0, 0, 7))
        await socket.disconnect()
        await self.end()

    @override_settings(TICKS_HEARTBEAT_S=0.05)
    async def test_heartbeats_say_whether_the_producer_is_up(self) -> None:
        await self.put(1, prev_t=0, n=1)
        socket = await self.open("from_t=1")
        self.assertEqual((await self.hear(socket))["heartbeat_s"], 0.05)
        heartbeat = await self.hear(socket)
        self.assertEqual((heartbeat["type"], heartbeat["producer"], heartbeat["newest_t"]), ("heartbeat", "down", 1))
        self.assertGreater(heartbeat["upstream_age_s"], 0)
        self.valkey.client.set("ticks:{main}:lease", "{}")
        while (await self.hear(socket))["producer"] != "up":
            pass
        await socket.disconnect()
        await self.end()

    async def test_a_message_from_a_client_is_answered_with_an_error_and_the_connection_goes_on(self) -> None:
        await self.put(1, prev_t=0, n=1)
        socket = await self.open("from_t=1")
        await self.hear(socket)
        await socket.send_to(text_data='{"type": "what"}')
        error = await self.hear(socket)
        self.assertEqual((error["type"], error["code"]), ("error", "unknown_message"))
        await self.put(2, prev_t=1, n=2)
        await self.tell(2, prev_t=1, n=2)
        self.assertEqual((await self.hear(socket))["last_t"], 2)
        await socket.disconnect()
        await self.end()

    async def test_a_client_that_says_too_much_is_closed(self) -> None:
        await self.put(1, prev_t=0, n=1)
        for v1 in (True, False):
            with self.subTest(v1=v1):
                socket = await self.open("from_t=1", v1=v1)
                for _ in range(2 * websocket.MESSAGES_AT_ONCE):
                    await socket.send_to(text_data='{"type": "what"}')
                while (said := await socket.receive_output(timeout=60))["type"] == "websocket.send":
                    last = json.loads(said["text"])
                self.assertEqual(last.get("code") or last["error"]["code"], "too_many")
                self.assertEqual((said["type"], said["code"]), ("websocket.close", 4429))
                await socket.disconnect()
        await self.end()

    async def test_a_client_that_leaves_takes_its_tasks_with_it(self) -> None:
        await self.put(1, prev_t=0, n=1)
        before = asyncio.all_tasks()
        socket = await self.open()
        await self.hear(socket)
        await socket.disconnect()
        await self.end()
        self.assertEqual(asyncio.all_tasks() - before, set())
