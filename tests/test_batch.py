"""A batch: its parts, its forms, and the bytes that they hold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.lines import encode
from ticks.batch import MAX_SELECTIONS, Batch, Form, merged
from ticks.cursor import Cursor
from ticks.pack import pack, unpack
from ticks.tick import head

EPOCH = "0mi8x7k2a1b2c"
TS = st.lists(st.integers(1, 200), min_size=1, max_size=30, unique=True).map(sorted)


def lines(ts: list[int]) -> list[bytes]:
    return [encode({"text": f"ü{t}"}, t, float(t)) for t in ts]


def packed(batch: Batch) -> Batch:
    """The same batch as it comes out of the hot log."""
    return Batch(
        batch.epoch, batch.prev_t, batch.n, batch.first_t, batch.last_t, batch.count, packs=[pack(batch.records)]
    )


def facts(batch: Batch) -> tuple[str, int, int, int, int, int, list[bytes]]:
    return batch.epoch, batch.prev_t, batch.n, batch.first_t, batch.last_t, batch.count, list(batch.records)


def test_a_batch_of_lines_knows_its_first_its_last_and_its_ordinals() -> None:
    batch = Batch.of(EPOCH, 2, 3, lines([3, 5, 9]))
    assert (batch.first_t, batch.last_t, batch.count, batch.last_n) == (3, 9, 3, 5)
    assert batch.cursor == Cursor(EPOCH, 9, 5)


@settings(deadline=None)
@given(TS, st.booleans())
def test_the_part_after_any_tick(ts: list[int], travelled: bool) -> None:
    whole = Batch.of(EPOCH, 0, 7, lines(ts))
    for t in range(ts[-1]):
        part = (packed(whole) if travelled else whole).after(t)
        rest = [other for other in ts if other > t]
        assert [head(line).t for line in part.records] == rest
        assert (part.first_t, part.last_t, part.count) == (rest[0], ts[-1], len(rest))
        assert part.last_n == whole.last_n
        assert part.prev_t == max([0, *(other for other in ts if other <= t)])


@settings(deadline=None)
@given(TS)
def test_the_newest_is_a_batch_of_one(ts: list[int]) -> None:
    whole = Batch.of(EPOCH, 0, 1, lines(ts))
    newest = whole.newest()
    assert (newest.count, newest.first_t, newest.last_t, newest.n) == (1, ts[-1], ts[-1], len(ts))
    assert newest.prev_t == (ts[-2] if len(ts) > 1 else 0)
    assert newest.cursor == whole.cursor


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=20), st.integers(-1, 51))
def test_the_cursor_before_a_time_also_where_the_clock_steps_back(clock: list[int], ts: int) -> None:
    batch = Batch.of(EPOCH, 9, 4, [encode({}, 10 + i, float(at)) for i, at in enumerate(clock)])
    first = next((i for i, at in enumerate(clock) if at >= ts), None)
    assert batch.before_ts(ts) == (None if first is None else Cursor(EPOCH, 9 + first, 3 + first))


def test_a_form_is_made_once() -> None:
    made = []
    batch = Batch.of(EPOCH, 0, 1, lines([1, 2]))
    for _ in range(3):
        assert batch.form(Form("x", lambda batch: made.append(batch) or b"frame")) == b"frame"
    assert made == [batch]


def test_a_form_that_was_made_of_a_copy_is_kept_once() -> None:
    batch, form = Batch.of(EPOCH, 0, 1, lines([1, 2])), Form("x", lambda _: b"frame")
    told: list[int] = []
    batch.grown = told.append
    made = batch.copy().form(form)
    assert not batch.has(form)
    assert told == []
    assert batch.keep(form, made) is made
    assert batch.keep(form, b"other") is made
    assert batch.form(form) is made
    assert told == [5]


@settings(deadline=None)
@given(TS, st.data())
def test_neighbours_become_one_batch_packed_as_they_are(ts: list[int], data: st.DataObject) -> None:
    whole, parts, at = Batch.of(EPOCH, 0, 7, lines(ts)), list[Batch](), 0
    while at < len(ts):
        end = data.draw(st.integers(at + 1, len(ts)))
        part = Batch.of(EPOCH, ts[at - 1] if at else 0, 7 + at, lines(ts[at:end]))
        parts.append(packed(part) if data.draw(st.booleans()) else part)
        at = end
    assert facts(merged(parts)) == facts(whole)
    assert merged(parts).raw_bytes == packed(whole).raw_bytes == whole.raw_bytes
    assert facts(packed(merged(parts))) == facts(whole)
    assert unpack(merged(parts).packed) == list(whole.records)


def test_a_bare_batch_holds_nothing_but_what_is_packed() -> None:
    batch = packed(Batch.of(EPOCH, 0, 1, lines([1, 2, 3])))
    light = batch.size
    batch.form(Form("x", lambda batch: b"".join(batch.records)))
    assert batch.size > light
    assert batch.bare().size == light
    assert facts(batch.bare()) == facts(batch)


@settings(deadline=None)
@given(TS, st.lists(st.sampled_from(["records", "packed", "text", "bytes", "list"])))
def test_the_size_is_told_as_it_grows(ts: list[int], asked: list[str]) -> None:
    batch = packed(Batch.of(EPOCH, 0, 1, lines(ts)))
    told = [batch.size]
    batch.grown = told.append
    for what in asked:
        match what:
            case "records":
                assert list(batch.records) == lines(ts)
            case "packed":
                assert unpack(batch.packed) == lines(ts)
            case "text":
                batch.form(Form("text", lambda _: "12345"))
            case "bytes":
                batch.form(Form("bytes", lambda _: b"123"))
            case "list":
                batch.form(Form("list", lambda batch: [line.decode() for line in batch.records]))
    assert batch.size == sum(told)


def test_a_batch_of_lines_is_packed_when_it_is_asked_for_and_tells_so() -> None:
    batch = Batch.of(EPOCH, 0, 1, lines([1, 2, 3]))
    told: list[int] = []
    batch.grown = told.append
    assert facts(packed(batch)) == facts(batch)
    assert told == []
    assert told == [len(batch.packed)]


def test_threads_pack_and_unpack_at_once() -> None:
    batches = [Batch.of(EPOCH, 0, 1, lines([1, k + 2])) for k in range(200)]
    with ThreadPoolExecutor(8) as threads:
        travelled = list(threads.map(packed, batches))
        assert list(threads.map(facts, travelled)) == [facts(batch) for batch in batches]


def test_the_eight_latest_selections_are_kept_and_counted() -> None:
    grown: list[int] = []
    batch = Batch.of(EPOCH, 0, 1, [encode({"a": 1}, 1, 1.0)])
    batch.grown = grown.append
    forms = [Form(f"selection {i}", lambda _: b"x" * 10, is_selection=True) for i in range(MAX_SELECTIONS + 3)]
    whole = Form("whole", lambda _: b"x" * 100)
    batch.form(whole)
    for form in forms:
        batch.form(form)
    assert [batch.has(form) for form in forms] == [False] * 3 + [True] * MAX_SELECTIONS
    assert batch.has(whole)
    assert sum(grown) == 100 + 10 * MAX_SELECTIONS


def test_when_it_was_received_stays_with_all_that_is_made_of_a_batch() -> None:
    batch = packed(Batch.of(EPOCH, 0, 1, lines([1, 3, 5])))
    assert batch.received_ts is None
    batch.received_ts = 7.5
    parts = (batch.after(1), batch.part(0, 2), batch.part(1, 2), batch.newest())
    same = (batch.copy(), batch.at(2), batch.bare())
    assert [part.received_ts for part in (*parts, *same)] == [7.5] * 7


def test_neighbours_that_are_merged_were_received_when_the_last_of_them_was() -> None:
    for first_ts, last_ts in ((1.0, 2.0), (None, 2.0), (None, None)):
        first, last = Batch.of(EPOCH, 0, 1, lines([1])), Batch.of(EPOCH, 1, 2, lines([2]))
        first.received_ts, last.received_ts = first_ts, last_ts
        assert merged([first, last]).received_ts == last_ts
