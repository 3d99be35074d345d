"""How often a course asks: not for what the page has asked for itself, and again for what an answer does not reach."""

from __future__ import annotations

import pytest

from tests.js.courses import CourseCase


@pytest.mark.browser
class AskedTest(CourseCase):
    def test_what_the_page_asked_for_itself_is_not_asked_for_again(self) -> None:
        body = """
            const given = (t) => ({ ticks: all(61, t).map(tick), through: { epoch: "e", t } });
            history.preloaded = async (paths, from) => (found.push(paths, from), given(100));
            const found = [];
            course.load(wanted);
            live.tell(101);
            await turn();
            return [...found, asked.length, isWhole(61, 101), course.isLoading];
        """
        self.assertEqual(self.run_course(body), [["v"], 41, 0, True, False])

    def test_what_the_page_asked_for_too_early_is_read_again(self) -> None:
        body = """
            history.preloaded = async () => ({ ticks: all(61, 90).map(tick), through: { epoch: "e", t: 90 } });
            course.load(wanted);
            await turn();
            await turn();
            await answer(0, 100);
            await answer(1, 100);
            live.tell(101);
            return [isWhole(61, 101), asked.map(({ what }) => what)];
        """
        self.assertEqual(self.run_course(body), [True, ["series", "ticks"]])

    def test_where_ticks_were_made_behind_what_was_asked_for_it_is_asked_for_more(self) -> None:
        body = """
            live.cursor = null;
            course.load(wanted);
            live.cursor = { epoch: "e", t: 104 };
            const column = { min: [70], max: [70], mean: [70], count: [1] };
            const columns = new Map([["v", column]]);
            const through = { epoch: "e", t: 104 };
            asked[0].resolve({ start: 70, end: 103, width: 33, through, throughTs: 103, columns });
            await turn();
            await turn();
            const before = asked[1].span.to - asked[0].span.to;
            await answer(1, 104);
            await answer(2, 104);
            live.tell(105);
            return [asked.length, before > 0, isWhole(61, 105)];
        """
        self.assertEqual(self.run_course(body), [3, True, True])
