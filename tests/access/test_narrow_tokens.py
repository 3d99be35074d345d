"""A token of one stream: its user's rights there, anybody's elsewhere, whatever it is shown to."""

from __future__ import annotations

import asyncio

from django.contrib.auth.models import AnonymousUser, User
from django.test import TestCase, override_settings
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from tests.access.cases import AccessCase, Guest
from tests.support.waiting import auntil
from tests.transports.http_cases import HttpCase
from tests.transports.test_websocket import SocketCase
from ticks.access import tokens
from ticks.access.identity import Claim, Presented
from ticks.access.refused import Refused
from ticks.access.rights import rule
from ticks.api.authentication import TokenAuthentication
from ticks.api.permissions import is_staff_of, readable
from ticks.models import Stream, Token

REFUSED = "no stream {!r} for a token of 'main' alone: staff only, or no such"
STREAMS = ("main", "open", "private", "nosuch")


def made(*, is_staff: bool, stream: str | None = "main") -> str:
    """A token's secret. `main` and `private` are private, `open` is public."""
    for name, public in (("main", False), ("private", False), ("open", True)):
        Stream.objects.set_visibility(name, public)
    user = User.objects.create_user(f"user{User.objects.count()}", is_staff=is_staff)
    return tokens.make(user, "script", stream=stream)


class RightsTest(AccessCase):
    def ruled(self, claim: Claim, *, again: bool = False) -> list[int]:
        """The close code of each stream's refusal, else 0."""
        rulings = rule([(claim, stream) for stream in STREAMS], again=again)
        return [int(one.code) if isinstance(one, Refused) else 0 for one in rulings.values()]

    def test_it_only_narrows_its_users_rights(self) -> None:
        for is_staff, stream, codes in (
            (True, "main", [0, 0, 4403, 4403]),
            (True, None, [0, 0, 0, 4404]),
            (False, "main", [4403, 0, 4403, 4403]),
            (False, "open", [4403, 0, 4403, 4403]),
        ):
            claim = Presented(tokens.hashed(made(is_staff=is_staff, stream=stream)))
            self.assertEqual(self.ruled(claim), codes)
            self.assertEqual(self.ruled(claim, again=True), [*codes[:3], 4404])

    def test_one_of_a_public_stream_reads_it_on_when_it_becomes_private(self) -> None:
        claim = Presented(tokens.hashed(made(is_staff=True, stream="open")))
        Stream.objects.set_visibility("open", False)
        self.assertEqual(self.ruled(claim, again=True)[:3], [4403, 0, 4403])

    def test_it_ends_with_its_stream_and_does_not_become_one_of_all(self) -> None:
        claim = Presented(tokens.hashed(made(is_staff=True)))
        Stream.objects.get(name="main").delete()
        self.assertEqual(Token.objects.count(), 0)
        Stream.objects.set_visibility("main", False)
        self.assertEqual(self.ruled(claim), [4401] * 4)

    @override_settings(TICKS_HEARTBEAT_S=0.1)
    async def test_who_is_inside_by_it_is_put_out_of_another_stream_that_becomes_private(self) -> None:
        claim = Presented(tokens.hashed(await asyncio.to_thread(made, is_staff=True)))
        stays, goes = Guest(), Guest()
        await self.enter("main", claim, guest=stays)
        await self.enter("open", claim, guest=goes)
        await asyncio.to_thread(Stream.objects.set_visibility, "open", False)
        await auntil(lambda: goes.refused, "it is put out")
        said = "the stream 'open' is for staff only now, and a token of 'main' alone is none"
        self.assertEqual((int(goes.refused[0].code), goes.refused[0].detail, stays.refused), (4403, said, []))
        await self.end()


class HttpTest(HttpCase):
    async def test_every_way_over_http_gives_its_stream_and_public_ones_alone(self) -> None:
        await self.fill_all()
        secret = await asyncio.to_thread(made, is_staff=True)
        shown = {"authorization": f"Token {secret}"}
        for path in ("/stream?", "/poll?timeout=0&", "/incremental?", "/range?t0=1&t1=9&"):
            for stream in ("private", "nosuch"):
                told = await self.problem(f"{path}stream={stream}", shown)
                self.assertEqual((told["status"], told["detail"]), (403, REFUSED.format(stream)), path)
            for stream in ("main", "open"):
                answer = await self.open(f"{path}stream={stream}", shown)
                self.assertEqual(answer.status, 200, (path, stream))
                await answer.leave()
        await self.end()


class SocketTest(SocketCase):
    async def test_a_websocket_gives_its_stream_and_public_ones_alone(self) -> None:
        secret = await asyncio.to_thread(made, is_staff=True)
        shown = (b"authorization", f"Token {secret}".encode())
        for stream in ("private", "nosuch"):
            told = await self.refused(f"stream={stream}", (shown,))
            self.assertEqual(told, (4403, "not_allowed", REFUSED.format(stream)))
        for stream in ("main", "open"):
            socket = await self.open(f"stream={stream}", (shown,))
            self.assertEqual((await self.hear(socket))["type"], "hello")
            await socket.disconnect()
        await self.end()


class ApiTest(TestCase):
    def asked(self, secret: str | None) -> tuple[list[str], bool]:
        """The streams that may be read over the API, and whether it is staff's."""
        headers = {"authorization": f"Token {secret}"} if secret else {}
        request = Request(APIRequestFactory().get("/", headers=headers), authenticators=[TokenAuthentication()])
        return [stream.name for stream in readable(request)], is_staff_of(request)

    def test_the_api_gives_its_stream_and_public_ones_alone(self) -> None:
        for is_staff, stream, found in (
            (True, None, (["main", "open", "private"], True)),
            (True, "main", (["main", "open"], False)),
            (False, None, (["open"], False)),
            (False, "main", (["open"], False)),
        ):
            self.assertEqual(self.asked(made(is_staff=is_staff, stream=stream)), found)
        self.assertEqual(self.asked(None), (["open"], False))

    def test_who_may_read_is_asked_of_nobody_too(self) -> None:
        made(is_staff=True)
        for user in (None, AnonymousUser()):
            self.assertEqual([stream.name for stream in Stream.objects.readable_by(user)], ["open"])
