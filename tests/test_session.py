"""The conversation of `ticks.v1`: every message in every state, and what follows of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ticks.asked import MESSAGES, Place
from ticks.cursor import Cursor
from ticks.selection import ALL, select
from ticks.session import Go, Hold, Open, Say, Session

EPOCH, NOW = "0mi8x7k2a1b2c", 1e9
MAX_BYTES = 1000


def said(type: str, **keys: Any) -> str:
    return json.dumps({"type": type, **keys})


WRONG: list[tuple[str | bytes, str, str]] = [
    ("", "bad_message", "not JSON"),
    ("{", "bad_message", "not JSON"),
    ("[]", "bad_message", "a message is an object with a type"),
    ("{}", "bad_message", "a message is an object with a type"),
    ('{"type":1}', "bad_message", "a message is an object with a type"),
    (b"\x80", "bad_message", "binary messages need format=msgpack"),
    (said("what"), "unknown_message", "type='what' is none of ack, ping, subscribe, pause, resume, replay"),
    (said("ack"), "bad_message", "ack needs t"),
    (said("ack", t=-1), "bad_message", "t=-1 is no whole number from 0 to 9007199254740991"),
    (said("ack", t=1.0), "bad_message", "t=1.0 is no whole number"),
    (said("ack", t=True), "bad_message", "t=True is no whole number"),
    (said("ack", t=1, epoch=7), "bad_message", "epoch=7 is no text"),
    (said("ack", t=1, epoch="x"), "bad_message", "epoch='x' is no epoch's name"),
    (said("ack", t=1, n=1), "bad_message", "ack has no 'n': allowed are t, epoch"),
    (said("ping"), "bad_message", "ping needs t0"),
    ('{"type": "ping", "t0": ' + "[" * 1000 + "]" * 1000 + "}", "bad_message", "t0=[[[[[["),
    (said("ping", t0="1"), "bad_message", "t0='1' is no number"),
    (said("pause", t=1), "bad_message", "pause has no 't': allowed are none"),
    (said("subscribe", fields=3), "bad_message", "fields is neither a list of dotted paths, nor"),
    (said("subscribe", fields=["a", 3]), "bad_message", "fields is neither"),
    (said("subscribe", fields=["a..b"]), "bad_message", "fields has 'a..b', which is no dotted path"),
    (said("subscribe", downsample=0), "bad_message", "downsample=0 is no whole number from 1 to 1000000"),
    (said("subscribe", from_t=-2), "bad_message", "from_t=-2 is no whole number from -1 to 9007199254740991"),
    (said("subscribe", from_t="1"), "bad_message", "from_t='1' is no whole number"),
    (said("subscribe", from_t=1, from_ts=1), "bad_message", "from_t and from_ts exclude each other"),
    (said("subscribe", epoch=EPOCH), "bad_message", "epoch needs from_t beside it"),
    (said("subscribe", from_t=1, epoch="x"), "bad_message", "epoch='x' is no epoch's name"),
    (said("replay"), "bad_message", "replay needs from_t or from_ts"),
    (said("replay", from_t=1, speed=0), "bad_message", "speed=0 is no number from 0.1 to 1000"),
    (said("replay", from_t=1, speed=1001), "bad_message", "speed=1001 is no number from 0.1 to 1000"),
    (said("replay", from_ts="x"), "bad_message", "from_ts='x' is no number"),
]


@pytest.mark.parametrize(("message", "code", "detail"), WRONG)
def test_what_is_wrong_is_named_with_what_is_allowed(message: str | bytes, code: str, detail: str) -> None:
    [answer] = Session(MAX_BYTES).hear(message, NOW)
    assert isinstance(answer, Say)
    assert (answer.type, answer.facts["code"]) == ("error", code)
    assert detail in answer.facts["detail"]


def test_every_message_is_among_the_wrong_ones_but_resume_which_has_no_key() -> None:
    told = {
        json.loads(one[0])["type"]
        for one in WRONG
        if isinstance(one[0], str) and len(one[0]) < 200 and '{"type": "' in one[0] and one[1] == "bad_message"
    }
    assert told == {*MESSAGES} - {"resume"}


class Conversation(RuleBasedStateMachine):
    """Says anything at any time; a model knows what must be in force."""

    @initialize()
    def begin(self) -> None:
        self.session = Session(MAX_BYTES)
        self.speed: float | None = None
        self.is_paused = False
        self.selection = ALL
        self.acknowledges = False
        self.on_their_way: list[tuple[int, int]] = []
        self.t = 0

    @rule(t0=st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False), now=st.floats(0, 1e10))
    def ping(self, t0: float, now: float) -> None:
        assert self.session.hear(said("ping", t0=t0), now) == [Say("pong", {"t0": t0, "t1": now})]

    @rule()
    def pause(self) -> None:
        assert self.session.hear(said("pause"), NOW) == [Hold()]
        self.is_paused = True

    @rule()
    def resume(self) -> None:
        assert self.session.hear(said("resume"), NOW) == [Go(None)]
        self.is_paused = False

    @rule(
        fields=st.none() | st.lists(st.sampled_from(["a", "b", "a.c"]), max_size=3),
        downsample=st.none() | st.integers(1, 10),
        place=st.sampled_from([{}, {"from_t": -1}, {"from_t": 5, "epoch": EPOCH}, {"from_ts": -60}]),
    )
    def subscribe(self, fields: list[str] | None, downsample: int | None, place: Mapping[str, Any]) -> None:
        message = said("subscribe", fields=fields, downsample=downsample, **place)
        assert self.session.hear(message, NOW) == [Go(Place(**place) if place else None)]
        self.is_paused = False
        self.selection = select(fields, downsample or 1)
        if place:
            self.speed, self.on_their_way = None, []

    @rule(speed=st.none() | st.floats(0.1, 1000), place=st.sampled_from([{"from_t": 0}, {"from_ts": 1e9}]))
    def replay(self, speed: float | None, place: Mapping[str, Any]) -> None:
        assert self.session.hear(said("replay", speed=speed, **place), NOW) == [Go(Place(**place))]
        self.speed, self.is_paused, self.on_their_way = speed or 1.0, False, []

    @precondition(lambda self: self.speed is not None and not self.is_paused)
    @rule()
    def catch_up(self) -> None:
        self.session.joined()
        self.speed = None

    @rule(t=st.integers(0, 60))
    def ack(self, t: int) -> None:
        assert self.session.hear(said("ack", t=t), NOW) == [Open()]
        self.acknowledges = True
        self.on_their_way = [one for one in self.on_their_way if one[0] > t]

    @precondition(lambda self: self.acknowledges and not self.is_paused)
    @rule(size=st.integers(1, 600))
    def send(self, size: int) -> None:
        window = self.session.window
        assert window is not None
        assert window.fits(size) == (not self.on_their_way or window.bytes + size <= MAX_BYTES)
        if window.fits(size):
            self.t += 1
            window.sent(Cursor(EPOCH, self.t), size)
            self.on_their_way.append((self.t, size))

    @rule(wrong=st.sampled_from(WRONG) | st.tuples(st.binary(max_size=30), st.just("bad_message"), st.just("")))
    def say_what_is_wrong(self, wrong: tuple[str | bytes, str, str]) -> None:
        [answer] = self.session.hear(wrong[0], NOW)
        assert isinstance(answer, Say)
        assert (answer.type, answer.facts["code"]) == ("error", wrong[1])

    @invariant()
    def what_is_in_force_is_what_was_asked_for(self) -> None:
        session = self.session
        assert (session.speed, session.is_paused, session.selection) == (self.speed, self.is_paused, self.selection)
        assert session.facts["mode"] == ("live" if self.speed is None else "replay")
        assert session.facts.get("speed") == self.speed
        assert (session.window is not None) == self.acknowledges
        assert session.window is None or session.window.bytes == sum(size for _, size in self.on_their_way)


TestConversation = Conversation.TestCase
TestConversation.settings = settings(deadline=None, max_examples=150, stateful_step_count=40)
