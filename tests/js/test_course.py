"""What is stored and what comes live, joined: no hole, no double."""

from __future__ import annotations

from typing import Any

import pytest

from tests.js.modules import ModuleCase

# A stream of one tick a second: t = ts = value. The history answers when it is let; live ticks come when they are told.
STAGE = """
    const { linesOf } = await import("/static/ticks/data/lines.js");
    const { HistoryError } = await import("/static/ticks/data/history.js");
    const tick = (t) => ({ t, ts: t, v: t });
    let listener, changes = 0;
    const live = {
      cursor: { epoch: "e", t: 100 },
      edge: () => (live.cursor?.t ?? 0),
      listen: (heard) => ((listener = heard), () => {}),
      tell: (...ts) => {
        const prevT = live.cursor.t;
        live.cursor = { epoch: "e", t: ts.at(-1) };
        listener.ticks(ts.map(tick), "e", prevT);
      },
    };
    const asked = [];
    const ask = (what) => (_, span) => new Promise((resolve, reject) => asked.push({ what, span, resolve, reject }));
    const history = { series: ask("series"), ticks: ask("ticks") };
    const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
    const answer = async (at, t) => {
      const ts = Array.from({ length: t - 60 }, (_, i) => 61 + i);
      const column = { min: ts, max: ts, mean: ts, count: ts.map(() => 1) };
      const series = { start: 61, width: 1, through: { epoch: "e", t }, columns: new Map([["v", column]]) };
      asked[at].resolve(asked[at].what === "ticks" ? { ticks: ts.map(tick), through: { epoch: "e", t } } : series);
      await turn();
      await turn();
    };
    const kind = linesOf([{ path: "v", keys: ["v"] }]);
    const course = new Course({ kind, live, history, onChange: () => (changes += 1) });
    const values = () => [...course.kept.track.view(0, 1e9).mean[0]];
    const all = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const isWhole = (from, to) => JSON.stringify(values()) === JSON.stringify(all(from, to));
    const wanted = { from: 41, to: 101, isLive: true, points: 100 };
"""


@pytest.mark.browser
class CourseTest(ModuleCase):
    def run_course(self, body: str) -> Any:
        return self.run_js("{ Course } from data/course.js", STAGE + body)

    def test_ticks_that_come_while_it_reads_are_there_once(self) -> None:
        body = """
            course.load(wanted);
            live.tell(101, 102);
            await answer(0, 101);
            live.tell(103);
            const first = isWhole(61, 103);
            await answer(1, 102);
            live.tell(104, 105);
            return [asked.map(({ what }) => what), first, isWhole(61, 105), course.isLoading];
        """
        self.assertEqual(self.run_course(body), [["series", "ticks"], True, True, False])

    def test_what_was_read_too_early_is_read_again(self) -> None:
        body = """
            live.cursor = null;
            course.load(wanted);
            live.cursor = { epoch: "e", t: 104 };
            live.tell(105);
            await answer(0, 101);
            const shown = isWhole(61, 101);
            await new Promise((resolve) => setTimeout(resolve, 20));
            await answer(1, 105);
            await answer(2, 105);
            live.tell(106);
            return [shown, asked.length, isWhole(61, 106)];
        """
        self.assertEqual(self.run_course(body), [True, 3, True])

    def test_a_hole_that_shows_when_live_begins_is_read(self) -> None:
        body = """
            live.cursor = null;
            course.load(wanted);
            await answer(0, 101);
            await answer(1, 101);
            live.cursor = { epoch: "e", t: 103 };
            live.tell(104);
            await answer(2, 104);
            await answer(3, 104);
            return [asked.length, isWhole(61, 104)];
        """
        self.assertEqual(self.run_course(body), [4, True])

    def test_a_range_of_the_past_takes_nothing_live(self) -> None:
        body = """
            course.load({ ...wanted, to: 90, isLive: false });
            live.tell(101);
            await answer(0, 89);
            await answer(1, 89);
            live.tell(102);
            return [isWhole(61, 89), asked[0].span];
        """
        self.assertEqual(self.run_course(body), [True, {"from": 41, "to": 90}])

    def test_what_is_held_stays_and_takes_no_more(self) -> None:
        body = """
            course.load(wanted);
            await answer(0, 100);
            await answer(1, 100);
            live.tell(101);
            course.hold();
            live.tell(102);
            return isWhole(61, 101);
        """
        self.assertTrue(self.run_course(body))

    def test_only_the_last_range_that_was_asked_for_counts(self) -> None:
        body = """
            course.load(wanted);
            course.load({ ...wanted, from: 50 });
            await answer(0, 90);
            const nothing = course.kept;
            await answer(1, 100);
            return [nothing, isWhole(61, 100)];
        """
        self.assertEqual(self.run_course(body), [None, True])

    def test_a_refusal_is_told_and_what_comes_live_is_shown_meanwhile(self) -> None:
        body = """
            course.load(wanted);
            asked[0].reject(new HistoryError(503, "Redis is away"));
            await turn();
            await turn();
            live.tell(101, 102);
            const first = [course.trouble, course.nextTry > Date.now(), values()];
            course.retry();
            await answer(1, 102);
            await answer(2, 102);
            return [...first, course.trouble, isWhole(61, 102)];
        """
        self.assertEqual(self.run_course(body), ["Redis is away", True, [101, 102], "", True])

    def test_what_was_refused_is_read_as_soon_as_the_server_is_back(self) -> None:
        body = """
            course.load(wanted);
            asked[0].reject(new HistoryError(0, "the server did not answer"));
            await turn();
            await turn();
            listener.greeted();
            listener.greeted();
            await answer(1, 100);
            await answer(2, 100);
            listener.greeted();
            return [asked.length, course.trouble, isWhole(61, 100)];
        """
        self.assertEqual(self.run_course(body), [3, "", True])

    def test_without_anything_stored_only_the_first_ticks_of_a_numbering_join(self) -> None:
        body = """
            const column = { min: [], max: [], mean: [], count: [] };
            const nothing = { start: 0, width: 1, through: null, columns: new Map([["v", column]]) };
            const none = async (at) => {
                asked[at].resolve(asked[at].what === "ticks" ? { ticks: [], through: null } : nothing);
                await turn();
                await turn();
            };
            live.cursor = { epoch: "e", t: 0 };
            course.load(wanted);
            await none(0);
            await none(1);
            live.tell(1, 2);
            const first = [asked.length, values()];
            live.cursor = { epoch: "f", t: 50 };
            course.load(wanted);
            live.tell(51);
            await none(2);
            return [...first, asked.length > 2, course.isLoading, values()];
        """
        # Ticks 1 to 50 of the second numbering may come to light later; until then what was there goes on.
        self.assertEqual(self.run_course(body), [2, [1, 2], True, True, [1, 2, 51]])

    def test_a_break_in_live_ticks_is_a_hole(self) -> None:
        body = """
            course.load(wanted);
            await answer(0, 100);
            await answer(1, 100);
            listener.broke(null);
            live.tell(101);
            return course.kept.track.holes(course.kept.track.view(0, 1e9), 5).map(({ from, to }) => [from, to]);
        """
        self.assertEqual(self.run_course(body), [[100, 101]])
