"""A kiosk link: one stream for a screen, over every transport, until it expires, is revoked or orphaned."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from django.contrib.auth.models import User
from django.core.signing import Signer
from django.test import override_settings
from django.utils import timezone

from tests.access.cases import AccessCase, Guest, scope_of
from tests.support.waiting import auntil
from tests.transports.http_cases import HttpCase
from tests.transports.test_websocket import SocketCase
from ticks.access import identity, kiosk, tokens
from ticks.access.identity import Claim, Linked, Presented
from ticks.access.refused import Refused
from ticks.access.rights import ANOTHER_STREAM, WRONG_LINK, rule
from ticks.models import KioskLink, Stream
from ticks.transports.http import incremental, polling, ranging, streaming

HTTP = ("/stream?", "/poll?timeout=0&", "/incremental?", "/range?t0=1&t1=9&")


def made(stream: str = "private", days: float = 1) -> KioskLink:
    """Of a member of staff of its own."""
    user = User.objects.create_user(f"maker{User.objects.count()}", is_staff=True)
    return kiosk.make(stream, user, days, "Hall")


def expire(link: KioskLink) -> None:
    KioskLink.objects.filter(pk=link.pk).update(expires=timezone.now())


def revoke(link: KioskLink) -> None:
    KioskLink.objects.filter(pk=link.pk).revoke()


def demote(link: KioskLink) -> None:
    User.objects.filter(pk=link.created_by_id).update(is_staff=False)


def suspend(link: KioskLink) -> None:
    User.objects.filter(pk=link.created_by_id).update(is_active=False)


def drop_maker(link: KioskLink) -> None:
    User.objects.filter(pk=link.created_by_id).delete()


def drop_stream(link: KioskLink) -> None:
    Stream.objects.filter(pk=link.stream_id).delete()


ENDS: tuple[Callable[[KioskLink], None], ...] = (expire, revoke, demote, suspend, drop_maker, drop_stream)


class RightsTest(AccessCase):
    def ruled(self, claim: Claim, stream: str = "private", *, again: bool = False) -> tuple[int, str]:
        """Code and detail of a refusal, else 0."""
        one = rule([(claim, stream)], again=again)[claim, stream]
        return (int(one.code), one.detail) if isinstance(one, Refused) else (0, "")

    def test_it_opens_its_stream_and_no_other_one_however_public(self) -> None:
        claim = Linked(kiosk.signed(made()))
        for again in (False, True):
            self.assertEqual(self.ruled(claim, again=again), (0, ""))
            for stream in ("main", "nosuch"):
                self.assertEqual(self.ruled(claim, stream, again=again), (4403, ANOTHER_STREAM))

    def test_who_comes_by_it_is_nobody(self) -> None:
        link = made()
        account = rule([(Linked(kiosk.signed(link)), "private")])[Linked(kiosk.signed(link)), "private"]
        assert not isinstance(account, Refused)
        self.assertEqual((account.user_id, account.username, account.is_staff), (None, None, False))
        self.assertEqual((account.link, account.only, account.reads_public), (link.pk, "private", False))

    def test_it_ends_in_every_way_that_there_is(self) -> None:
        for end in ENDS:
            Stream.objects.set_visibility("private", False)
            link = made()
            claim = Linked(kiosk.signed(link))
            self.assertEqual(self.ruled(claim), (0, ""))
            end(link)
            for again in (False, True):
                self.assertEqual(self.ruled(claim, again=again), (4401, WRONG_LINK), end)

    def test_one_of_a_stream_that_was_deleted_does_not_open_a_new_one_of_that_name(self) -> None:
        link = made()
        drop_stream(link)
        Stream.objects.set_visibility("private", False)
        self.assertEqual(self.ruled(Linked(kiosk.signed(link))), (4401, WRONG_LINK))

    def test_what_was_not_signed_here_for_this_opens_nothing(self) -> None:
        link = made()
        signed = kiosk.signed(link)
        key, _, signature = signed.partition(".")
        other = made("main")
        forged = (
            *("", ".", key, f"{key}.", f"{key}.{'A' * 43}", f"{other.pk}.{signature}", signed[:-1], f"{signed}A"),
            *(signed.upper(), f" {signed}x", "\0", "ä.ö", Signer(sep=".", salt="other").sign(key)),
            Signer(key="another secret", sep=".", salt=kiosk.SALT).sign(key),
            Signer(sep=".", salt=kiosk.SALT).sign("nosuch"),
        )
        for shown in forged:
            self.assertEqual(self.ruled(Linked(shown)), (4401, WRONG_LINK), shown)

    @override_settings(SECRET_KEY="another secret")
    def test_it_ends_with_the_servers_secret(self) -> None:
        link = made()
        with override_settings(SECRET_KEY="a third one"):
            signed = kiosk.signed(link)
        self.assertEqual(self.ruled(Linked(signed)), (4401, WRONG_LINK))

    def test_many_are_asked_for_by_as_many_queries_as_one(self) -> None:
        links = [made() for _ in range(20)]
        claims = [Linked(kiosk.signed(link)) for link in links]
        with self.assertNumQueries(2):
            rulings = rule([(claim, "private") for claim in claims])
        self.assertFalse(any(isinstance(one, Refused) for one in rulings.values()))

    def test_nothing_by_which_it_could_be_shown_is_kept(self) -> None:
        link = made()
        signature = kiosk.signed(link).partition(".")[2]
        self.assertNotIn(signature, json.dumps(KioskLink.objects.values().get(), default=str))


class IdentityTest(AccessCase):
    def test_a_link_counts_before_a_token_and_both_before_a_session_also_a_wrong_one(self) -> None:
        session = {"cookie": "sessionid=abc"}
        for query, headers, claim in (
            (b"stream=main&link=x", session, Linked("x")),
            (b"link=", session, Linked("")),
            (b"link=x", {"authorization": "Token y", **session}, Linked("x")),
            (b"%6cink=x", {"authorization": "Token y"}, Linked("x")),
            (b"", {"authorization": "Link  x ", **session}, Linked("x")),
            (b"link=x", {"authorization": "Link y"}, Linked("x")),
            (b"linked=x", {"authorization": "Token y", **session}, Presented(tokens.hashed("y"))),
        ):
            scope = {**scope_of(**headers), "query_string": query}
            self.assertEqual((identity.of_cookies(scope), identity.of_scope(scope)), (claim, claim), (query, headers))


class HeartbeatTest(AccessCase):
    @override_settings(TICKS_HEARTBEAT_S=0.1)
    async def test_who_is_inside_by_it_is_put_out_when_it_ends_and_nobody_else(self) -> None:
        for end in (expire, revoke, demote):
            link, other = await asyncio.to_thread(made), await asyncio.to_thread(made)
            goes, stays = Guest(), Guest()
            await self.enter("private", Linked(kiosk.signed(link)), guest=goes)
            entry = await self.enter("private", Linked(kiosk.signed(other)), guest=stays)
            await asyncio.to_thread(end, link)
            await auntil(lambda goes=goes: goes.refused, "it is put out")
            self.assertEqual((int(goes.refused[0].code), goes.refused[0].detail), (4401, WRONG_LINK))
            self.assertEqual(stays.refused, [])
            entry.leave()
        await self.end()

    async def test_its_use_is_written_down(self) -> None:
        link = await asyncio.to_thread(made)
        entry = await self.enter("private", Linked(kiosk.signed(link)))
        await auntil(lambda: asyncio.to_thread(lambda: KioskLink.objects.get().used), "it is noted")
        entry.leave()
        await self.end()

    async def test_a_screen_counts_by_its_address(self) -> None:
        link = await asyncio.to_thread(made)
        entry = await self.enter("private", Linked(kiosk.signed(link)), address="192.0.2.7")
        held = await asyncio.to_thread(self.held)
        self.assertEqual(held, {"stream:private": 1, "ip:192.0.2.7": 1})
        entry.leave()
        await self.end()


class HttpTest(HttpCase):
    transports = (streaming, polling, incremental, ranging)

    async def test_every_way_over_http_gives_its_stream_alone(self) -> None:
        await self.fill_all()
        shown = kiosk.signed(await asyncio.to_thread(made, "main"))
        for path in HTTP:
            for query, headers in ((f"&link={shown}", {}), ("", {"authorization": f"Link {shown}"})):
                for accept in ("text/event-stream", "application/x-ndjson"):
                    answer = await self.open(f"{path}stream=main{query}", {"accept": accept, **headers})
                    self.assertEqual(answer.status, 200, path)
                    await answer.leave()
                for stream in ("private", "nosuch"):
                    told = await self.problem(f"{path}stream={stream}{query}", headers)
                    self.assertEqual((told["status"], told["detail"]), (403, ANOTHER_STREAM), path)
        await self.end()

    async def test_one_that_is_over_is_refused_also_where_everybody_may_read(self) -> None:
        await self.fill_all()
        for end in (expire, revoke):
            link = await asyncio.to_thread(made, "main")
            await asyncio.to_thread(end, link)
            for path in HTTP:
                told = await self.problem(f"{path}stream=main&link={kiosk.signed(link)}")
                self.assertEqual((told["status"], told["detail"], told["code"]), (401, WRONG_LINK, "sign_in"), path)
        await self.end()

    @override_settings(TICKS_HEARTBEAT_S=0.1)
    async def test_an_answer_without_an_end_ends_when_it_is_revoked(self) -> None:
        await self.fill_all()
        for accept in ("text/event-stream", "application/x-ndjson"):
            link = await asyncio.to_thread(made, "main")
            answer = await self.open(f"/stream?link={kiosk.signed(link)}", {"accept": accept})
            await asyncio.to_thread(revoke, link)
            self.assertIn(WRONG_LINK.encode(), await answer.rest())
        await self.end()


class SocketTest(SocketCase):
    async def test_a_websocket_gives_its_stream_alone(self) -> None:
        shown = kiosk.signed(await asyncio.to_thread(made))
        for stream in ("main", "nosuch"):
            told = await self.refused(f"stream={stream}&link={shown}")
            self.assertEqual(told, (4403, "not_allowed", ANOTHER_STREAM))
        for foreign in ((), ((b"origin", b"http://elsewhere.example"),)):
            socket = await self.open(f"stream=private&link={shown}", foreign)
            self.assertEqual((await self.hear(socket))["type"], "hello")
            await socket.disconnect()
        await self.end()

    @override_settings(TICKS_HEARTBEAT_S=0.1)
    async def test_one_that_expires_is_closed_and_refused_from_then_on(self) -> None:
        link = await asyncio.to_thread(made)
        query = f"stream=private&link={kiosk.signed(link)}"
        socket = await self.open(query)
        await asyncio.to_thread(expire, link)
        while (told := await self.hear(socket))["type"] != "error":
            pass
        self.assertEqual((told["code"], told["detail"]), ("sign_in", WRONG_LINK))
        self.assertEqual((await socket.receive_output(timeout=60))["code"], 4401)
        self.assertEqual(await self.refused(query), (4401, "sign_in", WRONG_LINK))
        await self.end()

    async def test_a_wrong_one_is_refused_though_its_visitor_is_staff(self) -> None:
        staff = await asyncio.to_thread(self.cookie, is_staff=True)
        self.assertEqual((await self.refused("stream=private&link=x", (staff,)))[0], 4401)
