"""Whose rights are gone while they are connected is put out."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import patch

from django.db import OperationalError
from django.test import override_settings

from tests.access.cases import AccessCase, Guest
from tests.support.waiting import auntil
from ticks.access import door, rights
from ticks.models import Stream


@override_settings(TICKS_HEARTBEAT_S=0.1)
class AgainTest(AccessCase):
    async def told(self, guest: Guest) -> tuple[int, str]:
        await auntil(lambda: guest.refused, "it is put out")
        return int(guest.refused[0].code), guest.refused[0].detail

    async def test_whose_rights_are_gone_is_put_out_once_and_nobody_else(self) -> None:
        staff, other = await asyncio.to_thread(self.user, "staff", is_staff=True), await asyncio.to_thread(self.user)
        claim, token = await asyncio.to_thread(self.signed_in, staff), await asyncio.to_thread(self.shown, staff)
        mine = await asyncio.to_thread(self.signed_in, other)
        guests = {name: Guest() for name in ("anonymous", "other", "staff", "token", "stays")}
        await self.enter("main", guest=guests["anonymous"])
        await self.enter("main", mine, guest=guests["other"])
        await self.enter("main", claim, guest=guests["stays"])
        await asyncio.to_thread(Stream.objects.set_visibility, "main", False)
        self.assertEqual(await self.told(guests["anonymous"]), (4401, "the stream 'main' is no longer public: sign in"))
        self.assertEqual(
            await self.told(guests["other"]), (4403, "the stream 'main' is for staff only now, and alice is none")
        )
        await self.enter("private", claim, guest=guests["staff"])
        await self.enter("private", token, guest=guests["token"])
        await asyncio.to_thread(staff.tokens.all().delete)
        self.assertEqual(await self.told(guests["token"]), (4401, rights.WRONG_TOKEN))
        await asyncio.to_thread(Stream.objects.filter(name="private").delete)
        self.assertEqual(await self.told(guests["staff"]), (4404, "the stream 'private' was deleted"))
        self.assertEqual({len(guest.refused) for name, guest in guests.items() if name != "stays"}, {1})
        self.assertEqual(guests["stays"].refused, [])
        await self.end()

    async def test_a_thousand_are_looked_at_with_one_query_each_time(self) -> None:
        asked: list[Any] = []

        def noted(questions: Any, *, again: bool = False) -> Any:
            if again:
                asked.append(list(questions))
            return rights.rule(questions, again=again)

        guests = [Guest() for _ in range(1000)]
        with patch.object(door, "rule", noted), override_settings(TICKS_MAX_PER_IP=0):
            await asyncio.gather(*(self.enter(guest=guest) for guest in guests))
            before = len(asked)
            await auntil(lambda: len(asked) >= before + 3, "they are looked at again")
            self.assertEqual({len(questions) for questions in asked}, {1})
            await asyncio.to_thread(Stream.objects.set_visibility, "main", False)
            await auntil(lambda: all(guest.refused for guest in guests), "all are put out")
        await self.end()

    async def test_while_the_database_cannot_be_read_nobody_is_put_out(self) -> None:
        guest = Guest()
        entry = await self.enter(guest=guest)
        await asyncio.to_thread(Stream.objects.set_visibility, "main", False)
        looks: list[int] = []

        def broken(*_: Any, **__: Any) -> Any:
            looks.append(1)
            raise OperationalError("gone")

        with patch.object(door, "rule", broken), self.assertLogs("ticks.access") as logs:
            looks.clear()
            await auntil(lambda: len(looks) >= 5 or guest.refused, "it was looked at again and again")
        self.assertLessEqual(len(guest.refused), 1)
        self.assertEqual(len(logs.output), 1, logs.output)
        await self.told(guest)
        entry.leave()
        await self.end()
