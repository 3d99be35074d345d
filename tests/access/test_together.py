from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from django.test import SimpleTestCase

from ticks.access.together import Together


class TogetherTest(SimpleTestCase):
    def setUp(self) -> None:
        self.asked: list[list[int]] = []

    async def answer(self, questions: Sequence[int]) -> Mapping[int, str]:
        self.asked.append(sorted(questions))
        await asyncio.sleep(0.01)
        if 13 in questions:
            raise ValueError("unlucky")
        return {question: str(question) for question in questions}

    async def test_what_comes_while_one_question_is_answered_is_the_next_each_of_them_once(self) -> None:
        together = Together(self.answer)
        first = asyncio.create_task(together.ask(0))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        answers = await asyncio.gather(*(together.ask(n % 3) for n in range(100)))
        self.assertEqual((await first, answers), ("0", [str(n % 3) for n in range(100)]))
        self.assertEqual(self.asked, [[0], [0, 1, 2]], "an answer is never older than its question")

    async def test_all_who_asked_hear_of_a_failure_and_the_next_question_is_answered(self) -> None:
        together = Together(self.answer)
        found = await asyncio.gather(together.ask(13), together.ask(1), return_exceptions=True)
        self.assertEqual([str(one) for one in found], ["unlucky", "unlucky"])
        self.assertEqual(await together.ask(1), "1")

    async def test_who_gives_up_waiting_keeps_nobody_from_the_answer(self) -> None:
        together = Together(self.answer)
        tasks = [asyncio.create_task(together.ask(n)) for n in (1, 1, 2)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        tasks[2].cancel()
        self.assertEqual(await tasks[1], "1")
        before = len(self.asked)
        self.assertEqual(await together.ask(5), "5")
        self.assertEqual(len(self.asked), before + 1)
