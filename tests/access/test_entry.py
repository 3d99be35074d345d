"""The way in: who is let in, how many, and that nothing is left of who leaves or never came in."""

from __future__ import annotations

import asyncio
import threading
from random import Random
from typing import Any
from unittest.mock import patch

from django.db import OperationalError
from django.test import override_settings

from tests.access.cases import ELSEWHERE, AccessCase, Guest, scope_of
from tests.support.waiting import auntil
from ticks.access import counter, door, rights, shared
from ticks.access.door import Door
from ticks.access.entry import Entry, enter
from ticks.access.limits import Limits
from ticks.access.refused import Refused
from ticks.access.shared import Shared
from ticks.models import Stream


class LimitsTest(AccessCase):
    async def let_in(self, count: int, **how: Any) -> list[Entry]:
        return list(await asyncio.gather(*(self.enter(**how) for _ in range(count))))

    async def assert_full(self, count: int, words: str, **how: Any) -> None:
        """So many come in, one more hears these words, and after one has left one more comes in."""
        entries = await self.let_in(count, **how)
        refused = await self.refusal(**how)
        self.assertEqual((int(refused.code), refused.detail), (4429, words))
        entries.pop().leave()
        entries += await self.let_in(1, **how)
        for entry in entries:
            entry.leave()

    @override_settings(TICKS_MAX_CONNECTIONS=3)
    async def test_a_process_takes_so_many(self) -> None:
        await self.assert_full(3, "this web worker has its 3 connections (TICKS_MAX_CONNECTIONS=3)")
        await self.end()

    @override_settings(TICKS_MAX_PER_STREAM=3)
    async def test_a_stream_takes_so_many(self) -> None:
        await asyncio.to_thread(Stream.objects.set_visibility, "other", True)
        other = await self.enter("other")
        await self.assert_full(3, "the stream 'main' has its 3 subscribers (TICKS_MAX_PER_STREAM=3)")
        other.leave()
        await self.end()

    @override_settings(TICKS_MAX_PER_IP=3)
    async def test_an_address_takes_so_many_and_an_account_wherever_it_is(self) -> None:
        words = "192.0.2.1 has 3 connections already (TICKS_MAX_PER_IP=3)"
        elsewhere = await self.enter(address="192.0.2.2")
        await self.assert_full(3, words)
        await self.assert_full(3, "2001:db8::1 has 3 connections already (TICKS_MAX_PER_IP=3)", address="2001:db8::1")
        user = await asyncio.to_thread(self.user)
        session, token = await asyncio.to_thread(self.signed_in, user), await asyncio.to_thread(self.shown, user)
        anonymous = await self.let_in(3)
        mine = await self.enter(claim=session, address="192.0.2.1")
        await self.assert_full(2, "alice has 3 connections already (TICKS_MAX_PER_IP=3)", claim=token)
        for entry in (elsewhere, mine, *anonymous):
            entry.leave()
        await self.end()

    @override_settings(TICKS_MAX_CONNECTIONS=0, TICKS_MAX_PER_STREAM=0, TICKS_MAX_PER_IP=0)
    async def test_zero_is_no_limit_and_redis_is_told_all_the_same(self) -> None:
        entries = await self.let_in(300)
        await auntil(lambda: self.is_held(**{"stream_main": 300, "ip_192.0.2.1": 300}), "Redis knows of them")
        for entry in entries:
            entry.leave()
        await auntil(lambda: self.is_held(), "none is left")
        await self.end()

    @override_settings(TICKS_MAX_PER_IP=1, TICKS_TRUSTED_PROXIES=1)
    async def test_behind_a_trusted_proxy_the_client_counts_and_not_what_it_writes(self) -> None:
        guest = Guest()
        entries = []
        for last in (1, 2):
            scope = scope_of("10.0.0.1", x_forwarded_for=f"6.6.6.6, 192.0.2.{last}")
            entries.append(await enter(scope, "main", transport="test", member=guest))
        self.assertEqual([entry.address for entry in entries], ["192.0.2.1", "192.0.2.2"])
        scope = scope_of("10.0.0.1", x_forwarded_for="7.7.7.7, 192.0.2.2")
        with self.assertRaisesRegex(Refused, "192.0.2.2 has 1 connections already"):
            await enter(scope, "main", transport="test", member=guest)
        for entry in entries:
            entry.leave()
        await self.end()

    @override_settings(TICKS_MAX_PER_IP=5, TICKS_MAX_PER_STREAM=9)
    async def test_what_others_have_counts(self) -> None:
        others = Shared(self.connect())
        await asyncio.to_thread(others.admit, ELSEWHERE, {"stream:main": 3, "ip:192.0.2.1": 3}, [], Limits(0, 0))
        await self.assert_full(2, "192.0.2.1 has 5 connections already (TICKS_MAX_PER_IP=5)")
        await asyncio.to_thread(others.forget, ELSEWHERE)
        await self.assert_full(5, "192.0.2.1 has 5 connections already (TICKS_MAX_PER_IP=5)")
        await self.end()


class LeakTest(AccessCase):
    async def assert_empty(self, inside: Door) -> None:
        self.assertEqual((inside.open, len(inside.registry), dict(inside.counter.counts)), (0, 0, {}))
        await auntil(lambda: self.is_held(), "Redis has none either")

    @override_settings(TICKS_MAX_PER_IP=30)
    async def test_of_those_who_are_refused_or_give_up_at_any_moment_nothing_is_left(self) -> None:
        random = Random(1)
        inside = door.door()

        async def visit(number: int) -> str:
            stream = ("main", "private", "nosuch")[number % 3 // 2 + number % 2]
            entry = await self.enter(stream, address=f"192.0.2.{number % 4}")
            try:
                await asyncio.sleep(random.uniform(0, 0.01))
                if number % 5 == 0:
                    raise ValueError("on purpose")
            finally:
                entry.leave()
                entry.leave()
            return "left"

        tasks = [asyncio.create_task(visit(number)) for number in range(400)]
        for task in tasks:
            if random.random() < 0.5:
                asyncio.get_running_loop().call_later(random.uniform(0, 0.03), task.cancel)
        ends = {type(one) for one in await asyncio.gather(*tasks, return_exceptions=True)}
        self.assertEqual(ends, {str, ValueError, Refused, asyncio.CancelledError}, "all of these were tried")
        await self.assert_empty(inside)
        await self.end()

    async def test_who_is_cancelled_just_when_the_answer_came_is_not_counted(self) -> None:
        inside = door.door()
        task = asyncio.create_task(self.enter())
        settle = counter.Counter._settle

        def settle_and_cancel(self: Any, place: Any, answer: Any) -> None:
            settle(self, place, answer)
            task.cancel()

        with patch.object(counter.Counter, "_settle", settle_and_cancel), self.assertRaises(asyncio.CancelledError):
            await task
        await self.assert_empty(inside)
        await self.end()

    async def test_who_gives_up_while_redis_counts_it_is_not_counted_there_either(self) -> None:
        inside = door.door()
        admit, counted, gone = shared.Shared.admit, threading.Event(), threading.Event()

        def slow_admit(self: Any, worker: Any, counts: Any, candidates: Any, limits: Any) -> Any:
            answer = admit(self, worker, counts, candidates, limits)
            if candidates:
                counted.set()
                gone.wait(60)
            return answer

        with patch.object(shared.Shared, "admit", slow_admit):
            task = asyncio.create_task(self.enter())
            await auntil(counted.is_set, "Redis has counted it")
            task.cancel()
            await asyncio.wait([task])
            gone.set()
            await self.assert_empty(inside)
        await self.end()

    async def test_a_database_that_cannot_be_read_lets_nobody_in_and_nothing_is_left(self) -> None:
        inside = door.door()
        with patch.object(door, "rule", side_effect=OperationalError("gone")), self.assertLogs("ticks.access") as logs:
            for _ in range(3):
                refused = await self.refusal()
                self.assertEqual((int(refused.code), refused.detail), (1011, ""))
        self.assertEqual(len(logs.output), 1, logs.output)
        (await self.enter()).leave()
        await self.assert_empty(inside)
        await self.end()

    async def test_a_host_that_is_not_allowed_is_refused(self) -> None:
        scope = {**scope_of(), "headers": [(b"host", b"evil.example")]}
        with self.assertRaisesRegex(Refused, "this host name is not allowed") as raised:
            await enter(scope, "main", transport="test", member=Guest())
        self.assertEqual(int(raised.exception.code), 4403)

    async def test_a_thousand_who_come_at_once_ask_database_and_redis_a_few_times(self) -> None:
        rules, admits = [], []

        def counted_rule(*arguments: Any, **options: Any) -> Any:
            rules.append(1)
            return rights.rule(*arguments, **options)

        admit = shared.Shared.admit

        def counted_admit(*arguments: Any) -> Any:
            admits.append(1)
            return admit(*arguments)

        with patch.object(door, "rule", counted_rule), patch.object(shared.Shared, "admit", counted_admit):
            entries = await asyncio.gather(*(self.enter(address=f"10.0.{n // 10}.1") for n in range(1000)))
        self.assertLess(len(rules), 5)
        self.assertLess(len(admits), 10)
        for entry in entries:
            entry.leave()
        await self.end()
