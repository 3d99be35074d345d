from __future__ import annotations

from urllib.parse import parse_qsl

from tests.receiving.messages import EPOCH
from ticks.cursor import Cursor
from ticks.query import paths
from ticks.receiving.wanted import Wanted, written


def query(wanted: Wanted, cursor: Cursor | None = None, since: float | None = None) -> dict[str, str]:
    return dict(parse_qsl(wanted.query(cursor, since)))


def test_nothing_is_asked_for_but_what_was_given() -> None:
    assert query(Wanted()) == {"stream": "main"}
    assert query(Wanted(from_t=-1)) == {"stream": "main", "from_t": "-1"}
    assert query(Wanted("rig-2", from_ts=-300.5)) == {"stream": "rig-2", "from_ts": "-300.5"}
    assert query(Wanted(epoch=EPOCH)) == {"stream": "main", "epoch": EPOCH}  # which the server refuses
    wanted = Wanted(fields="cpu.percent,load", downsample=10, slow="skip")
    selection = {"fields": "cpu.percent,load", "downsample": "10", "slow": "skip"}
    assert query(wanted) == {"stream": "main", **selection}
    place = {"from_t": "4", "epoch": EPOCH}
    assert query(wanted, Cursor(EPOCH, 4)) == {"stream": "main", **selection, **place}


def test_the_cursor_takes_the_place_of_the_start() -> None:
    for wanted in (Wanted(from_t=-1), Wanted(from_ts=7.0), Wanted(from_t=2, epoch=EPOCH), Wanted()):
        assert query(wanted, Cursor(EPOCH, 9), since=5.0) == {"stream": "main", "from_t": "9", "epoch": EPOCH}


def test_who_waits_for_a_first_tick_gets_what_came_while_it_was_away() -> None:
    assert query(Wanted(), since=1000.5) == {"stream": "main", "from_ts": "1000.5"}
    assert query(Wanted(from_t=-1), since=1000.5) == {"stream": "main", "from_t": "-1"}


def test_only_a_whole_cursor_is_a_place() -> None:
    assert Wanted(from_t=3, epoch=EPOCH).cursor == Cursor(EPOCH, 3)
    assert Wanted(from_t=3).cursor is None
    assert Wanted(from_t=-1, epoch=EPOCH).cursor is None


def test_paths_that_have_commas_are_written_so_that_they_can_be_read() -> None:
    for listed in (["cpu.percent", "load"], ["com,ma", "x"], ["[a"], ['["a"]'], ["Größe,ä"], []):
        assert paths(written(listed)) == listed
    assert written(["cpu.percent", "load"]) == "cpu.percent,load"
