"""One reader's conversation without a connection: which answer is to which question, and what still comes of before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.js.modules import ModuleCase

TALK = """
    const session = new Session({ stream: "main" });
    const taken = [];
    const hear = (message) => {
        const verdict = session.take(message);
        if (message.type === "hello") taken.push([message.mode, verdict]);
        else if (verdict === "taken" && message.type === "ticks") taken.push(message.last_t);
        else if (verdict !== "taken") taken.push(verdict);
    };
    const hello = (t, mode = "replay") => hear({ type: "hello", mode, cursor: { epoch: "e1", t } });
    const ticks = (...all) => all.forEach((t) => hear({ type: "ticks", prev_t: t - 1, first_t: t, last_t: t }));
    session.begin();
    hello(0, "live");
    ticks(1);
    taken.length = 0;
"""


@pytest.mark.browser
class SessionTest(ModuleCase):
    def talk(self, script: str) -> Any:
        return self.run_js("{ Session } from feed/session.js", f"{TALK} {script} return taken;")

    def test_what_is_on_its_way_when_the_speed_is_changed_comes_once(self) -> None:
        told = self.talk(
            "session.replay({ speed: 2 }); hello(1); ticks(2); session.replay({ speed: 4 }); ticks(3, 4);"
            "hello(2); ticks(3, 4, 5);"
        )
        self.assertEqual(told, [["replay", "taken"], 2, "passed", "passed", ["replay", "taken"], 3, 4, 5])

    def test_of_two_moves_in_a_row_the_answer_to_the_first_is_not_taken_for_the_seconds(self) -> None:
        told = self.talk(
            "session.replay({ fromT: 5 }); session.replay({ fromT: 8 }); hello(5); ticks(6, 7); hello(8);ticks(9);"
        )
        self.assertEqual(told, [["replay", "passed"], "passed", "passed", ["replay", "taken"], 9])

    def test_a_selection_after_a_move_does_not_move_it_again(self) -> None:
        told = self.talk(
            "session.replay({ fromT: 5 }); hello(5); ticks(6); session.subscribe({ fields: ['a'] });"
            "ticks(7); hello(7); ticks(8);"
        )
        self.assertEqual(told, [["replay", "taken"], 6, 7, ["replay", "taken"], 8])

    def test_who_was_there_before_the_first_tick_comes_back_for_it(self) -> None:
        told = self.talk(
            "const early = new Session({ stream: 'main' }); const asked = () => taken.push(early.begin().query);"
            "const empty = (at) => early.take({ type: 'hello', mode: 'live', cursor: null, server_time: at });"
            "asked(); empty(5); asked(); empty(8); asked();"
            "early.take({ type: 'hello', mode: 'live', cursor: { epoch: 'e1', t: 0 }, server_time: 9 }); asked();"
        )
        begun = {"stream": "main"}
        since = {**begun, "from_ts": "5"}
        self.assertEqual(told, [begun, since, since, {**begun, "from_t": "0", "epoch": "e1"}])

    def test_the_end_of_a_replay_is_not_taken_for_the_answer_to_the_next_one(self) -> None:
        told = self.talk(
            "session.replay({ fromT: 5 }); hello(5); ticks(6); session.replay({ fromT: 2 });"
            "hello(6, 'live'); ticks(7); hello(2); ticks(3);"
        )
        expected = [["replay", "taken"], 6, ["live", "passed"], "passed", ["replay", "taken"], 3]
        self.assertEqual(told, expected)

    def test_where_a_replay_ends_as_live_is_asked_for_the_second_hello_is_believed(self) -> None:
        told = self.talk(
            "session.replay({ fromT: 5 }); hello(5); ticks(6); session.subscribe({ fromT: 2 });"
            "hello(6, 'live'); ticks(7); hello(2, 'live'); ticks(3);"
        )
        expected = [["replay", "taken"], 6, ["live", "taken"], 7, ["live", "taken"], 3]
        self.assertEqual(told, expected)

    def test_refused_between_two_moves_the_other_is_believed(self) -> None:
        told = self.talk(
            "session.replay({ fromT: 5, speed: 9999 }); session.replay({ fromT: 8, speed: 1 });"
            "hear({ type: 'error', code: 'bad_message' }); hello(8); ticks(9);"
        )
        self.assertEqual(told, [["replay", "taken"], 9])
