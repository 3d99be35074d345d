"""The query of a reader: what may be asked for, and what is said of anything else."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticks.query import PARAMETERS, BadRequest, Query, parse_query
from ticks.tick import MAX_T

EPOCH = "0mi8x7k2a1b2c"
WORDS = st.sampled_from([*PARAMETERS, "main", EPOCH, "-1", "1", "1e3", "nan", "=", "&", "%", "%ff", ";", "+", "²", "٣"])
QUERIES = st.text() | st.lists(WORDS | st.text(max_size=3), max_size=12).map("".join)


class TestQuery:
    def test_nothing_means_main_from_its_newest_tick_on(self) -> None:
        assert parse_query("") == Query("main", None, None, None)

    def test_everything_that_can_be_asked_for(self) -> None:
        assert parse_query("stream=rig-1.a&from_t=-1") == Query("rig-1.a", -1)
        assert parse_query(f"from_t={MAX_T}&epoch={EPOCH}") == Query("main", MAX_T, EPOCH)
        assert parse_query("from_t=0") == Query("main", 0)
        assert parse_query("from_ts=-300") == Query(from_ts=-300.0)
        assert parse_query("slow=skip") == Query(slow="skip")
        assert parse_query("from_ts=1763700000.25") == Query(from_ts=1763700000.25)

    @pytest.mark.parametrize(
        ("text", "paths"),
        [
            ("b,a.c", ("a.c", "b")),
            ('["com,ma", "x"]', ("com,ma", "x")),
            ('["a.b,c"]', ("a.b,c",)),
            ("[]", ()),
            ("[1,2]", ("2]", "[1")),
            ('["a', ('["a',)),
            ('["\\ud800"]', ('["\\ud800"]',)),
        ],
    )
    def test_fields_stand_with_commas_between_or_in_a_json_list(self, text: str, paths: tuple[str, ...]) -> None:
        assert parse_query(urlencode({"fields": text})).selection.fields == paths

    def test_what_is_no_path_is_refused_in_a_json_list_too(self) -> None:
        with pytest.raises(BadRequest, match=r"fields has 'a\.\.b', which is no dotted path"):
            parse_query(urlencode({"fields": '["x","a..b"]'}))

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("what=1", "unknown parameter 'what': allowed are stream, from_t, epoch, from_ts, fields"),
            ("stream=a&stream=a", "stream is given twice"),
            ("stream=", "stream='' is no stream's name"),
            ("stream=A", "stream='A'"),
            ("stream=main%0A", "no stream's name"),
            ("from_t=", "from_t=''"),
            ("from_t=-2", "from_t=-2 is neither -1"),
            ("from_t=1.0", "from_t='1.0'"),
            ("from_t=%D9%A3", "from_t="),
            ("from_t=%C2%B2", "from_t="),
            (f"from_t={MAX_T + 1}", "a whole number up to"),
            ("from_t=" + "9" * 5000, "a whole number up to"),
            ("from_ts=", "no number of seconds"),
            ("from_ts=nan", "no number of seconds"),
            ("from_ts=1e999", "no number of seconds"),
            ("from_t=1&from_ts=1", "from_t and from_ts exclude each other"),
            ("slow=never", "slow='never' is none of close, skip"),
            (f"epoch={EPOCH}", "epoch needs from_t beside it"),
            ("from_t=1&epoch=abc", "epoch='abc' is no epoch's name"),
        ],
    )
    def test_what_cannot_be_served_is_refused_by_name(self, query: str, said: str) -> None:
        with pytest.raises(BadRequest) as refused:
            parse_query(query)
        assert said in str(refused.value)

    @settings(deadline=None)
    @given(QUERIES)
    def test_any_text_is_read_or_refused(self, query: str) -> None:
        try:
            asked = parse_query(query)
        except BadRequest as refused:
            json.dumps(str(refused)).encode()
        else:
            assert asked.from_t is None or -1 <= asked.from_t <= MAX_T

    @settings(deadline=None)
    @given(st.integers(-1, MAX_T), st.booleans())
    def test_a_cursor_comes_through(self, t: int, with_epoch: bool) -> None:
        asked = {"stream": "a.b", "from_t": t, **({"epoch": EPOCH} if with_epoch else {})}
        assert parse_query(urlencode(asked)) == Query("a.b", t, EPOCH if with_epoch else None)

    @settings(deadline=None)
    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_a_time_comes_through(self, ts: float) -> None:
        assert parse_query(f"from_ts={quote(repr(ts))}").from_ts == ts
