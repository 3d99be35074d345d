"""What is stored and what comes live, joined: no hole, no double."""

from __future__ import annotations

import pytest

from tests.js.courses import CourseCase


@pytest.mark.browser
class CourseTest(CourseCase):
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

    def test_the_present_value_is_that_of_a_tick_and_never_a_buckets(self) -> None:
        body = """
            const found = [];
            for (const isLive of [true, false]) {
                course.load({ ...wanted, isLive });
                const column = { min: [0], max: [9], mean: [4.5], count: [2000] };
                const columns = new Map([["v", column]]);
                asked.at(-1).resolve({ start: 41, end: 101, width: 60, through: { epoch: "e", t: 100 }, columns });
                await turn();
                await turn();
                found.push(course.kept.values, course.kept.lastTs, [...course.kept.track.view(0, 1e9).mean[0]]);
            }
            live.tell(101);
            course.load(wanted);
            return found;
        """
        self.assertEqual(self.run_course(body), [[8], 100, [4.5], [7], 101, [4.5]])

    def test_where_a_range_has_no_ticks_nothing_is_missing(self) -> None:
        body = """
            const column = { min: [], max: [], mean: [], count: [] };
            const nothing = { start: 0, width: 1, through: { epoch: "e", t: 100 }, columns: new Map([["v", column]]) };
            course.load(wanted);
            asked[0].resolve(nothing);
            await turn();
            await turn();
            asked[1].resolve({ ticks: [], through: null });
            await turn();
            await turn();
            live.tell(101);
            return [asked.length, course.trouble, values()];
        """
        self.assertEqual(self.run_course(body), [2, "", [101]])

    def test_ticks_of_a_clock_that_was_set_back_stand_at_their_own_times(self) -> None:
        body = """
            const ticks = [[1, 50, 1], [2, 60, 1], [3, 45, 5], [4, 55, 5]].map(([t, ts, v]) => ({ t, ts, v }));
            const lines = linesOf([{ path: "v", keys: ["v"] }]);
            const stored = lines.ofTicks(ticks, wanted).track.view(0, 1e9);
            const played = lines.empty(wanted);
            for (const one of ticks) played.add(one);
            const rows = ({ x, mean }) => [...x].map((at, i) => [at, mean[0][i]]);
            return [rows(stored), rows(played.track.view(0, 1e9))];
        """
        stored = [[45, 5], [50, 1], [55, 5], [60, 1]]
        self.assertEqual(self.run_course(body), [stored, [[45, 5], [55, 5]]])

    def test_a_line_that_is_no_longer_in_the_ticks_has_no_present_value(self) -> None:
        body = """
            const fields = ["v", "w"].map((path) => ({ path, keys: [path] }));
            const lines = linesOf(fields).empty({ ...wanted, points: 30 });
            for (let t = 50; t < 59; t += 1) lines.add({ t, ts: t, v: t, ...(t < 54 ? { w: -t } : {}) });
            const soon = lines.values;
            lines.add({ t: 59, ts: 59, v: 59 });
            return [soon, lines.values].map(String);
        """
        self.assertEqual(self.run_course(body), ["58,-53", "59,NaN"])

    def test_a_state_does_not_last_over_a_silence_and_not_beyond_the_ticks_that_have_it(self) -> None:
        body = """
            const { statesOf } = await import("/static/ticks/data/states.js");
            const at = (ts, more = {}) => ({ t: ts, ts, mood: "calm", ...more });
            const times = [1, 2, 3, 4, 5, 6, 40, 41, 42];
            const texts = statesOf([{ path: "mood", keys: ["mood"], kind: "text" }]);
            const states = texts.ofTicks(times.map((ts) => at(ts)));
            const runs = states.runs[0].since(0).map(({ from, to }) => [from, to]);
            for (let ts = 43; ts < 60; ts += 1) states.add({ t: ts, ts });
            return [runs, states.values];
        """
        self.assertEqual(self.run_course(body), [[[1, 6], [40, 42]], [None]])

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
