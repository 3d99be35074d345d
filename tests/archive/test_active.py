"""The active file: what stands in it after a kill, a full disk, a lack of descriptors."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.lines import encode
from ticks.archive.active import TAIL_BYTES, ActiveFile
from ticks.archive.layout import ACTIVE, closed_files
from ticks.tick import head


def line(t: int, size: int = 0) -> bytes:
    return encode({"text": "x" * size}, t, float(t))


def append(file: ActiveFile, *ts: int) -> None:
    for t in ts:
        file.append(line(t), t)


def names(epoch_dir: Path) -> list[str]:
    return sorted(path.name for path in epoch_dir.iterdir())


def archived(epoch_dir: Path) -> list[int]:
    """Each `t` in the closed files; each file is named after its first."""
    found = []
    for path in closed_files(epoch_dir):
        data = path.read_bytes()
        assert data.endswith(b"\n")
        ts = [head(one).t for one in data.splitlines()]
        assert int(path.stem) == ts[0]
        found += ts
    return found


@contextmanager
def limited(what: int, least: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(what)
    resource.setrlimit(what, (least, hard))
    try:
        yield
    finally:
        resource.setrlimit(what, (soft, hard))


def test_a_file_is_closed_under_the_number_of_its_first_tick(tmp_path: Path) -> None:
    file = ActiveFile(tmp_path / "new" / "epoch")
    epoch_dir = file.path.parent
    append(file, 7, 9)
    os.close(file.roll())
    assert names(epoch_dir) == [f"{7:020d}.jsonl", ACTIVE]
    append(file, 10)
    file.close()
    assert names(epoch_dir) == [f"{7:020d}.jsonl", f"{10:020d}.jsonl"]
    assert archived(epoch_dir) == [7, 9, 10]


def test_a_line_is_in_the_kernel_when_append_returns(tmp_path: Path) -> None:
    file = ActiveFile(tmp_path)
    append(file, 1)
    assert (tmp_path / ACTIVE).read_bytes() == line(1) + b"\n"
    assert (file.empty, file.bytes) == (False, len(line(1)) + 1)
    file.close()


def test_an_empty_file_leaves_nothing(tmp_path: Path) -> None:
    file = ActiveFile(tmp_path)
    assert file.empty
    file.close()
    assert names(tmp_path) == []


def test_an_empty_file_is_not_rolled(tmp_path: Path) -> None:
    file = ActiveFile(tmp_path)
    with pytest.raises(ValueError, match="empty"):
        file.roll()
    append(file, 1)
    file.close()
    assert archived(tmp_path) == [1]


@settings(deadline=None)
@given(st.lists(st.integers(0, 300), min_size=1, max_size=8), st.data())
def test_a_file_cut_anywhere_gives_back_its_whole_lines(sizes: list[int], data: st.DataObject) -> None:
    whole = b"".join(line(t, size) + b"\n" for t, size in enumerate(sizes, 1))
    cut = data.draw(st.integers(0, len(whole)))
    _taken_over(whole[:cut], expected=whole[:cut].count(b"\n"))


def test_every_cut_of_a_file(tmp_path: Path) -> None:
    whole = b"".join(line(t) + b"\n" for t in (1, 2, 3))
    for cut in range(len(whole) + 1):
        _taken_over(whole[:cut], expected=whole[:cut].count(b"\n"))


@pytest.mark.parametrize("size", [TAIL_BYTES - 1, TAIL_BYTES, TAIL_BYTES + 1, 5 * TAIL_BYTES])
@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_torn_last_line_is_cut_off_however_long_it_is(before: int, size: int) -> None:
    whole = b"".join(line(t) + b"\n" for t in range(1, before + 1))
    _taken_over(whole + b"\0" * size, expected=before)
    _taken_over(whole + line(before + 1, size)[:-1], expected=before)


def _taken_over(left: bytes, expected: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / ACTIVE).write_bytes(left)
        file = ActiveFile(path)
        assert archived(path) == list(range(1, expected + 1))
        assert (file.empty, file.bytes) == (True, 0)
        append(file, 10, 11)
        file.close()
        assert archived(path) == [*range(1, expected + 1), 10, 11]


def test_of_a_line_that_could_not_be_written_nothing_stands(tmp_path: Path) -> None:
    file = ActiveFile(tmp_path)
    append(file, 1)
    with limited(resource.RLIMIT_FSIZE, file.bytes + 10), pytest.raises(OSError, match="too large"):
        append(file, 2)
    assert (tmp_path / ACTIVE).read_bytes() == line(1) + b"\n"
    append(file, 2)
    file.close()
    assert archived(tmp_path) == [1, 2]


def test_a_first_line_that_could_not_be_written_leaves_the_file_empty(tmp_path: Path) -> None:
    file = ActiveFile(tmp_path)
    with limited(resource.RLIMIT_FSIZE, 10), pytest.raises(OSError, match="too large"):
        append(file, 1)
    assert (file.empty, (tmp_path / ACTIVE).stat().st_size) == (True, 0)
    file.close()


def test_a_roll_that_fails_loses_nothing_and_can_be_repeated(tmp_path: Path) -> None:
    """No descriptor, or no room for a directory entry: the next file can't be opened."""
    file = ActiveFile(tmp_path)
    append(file, 1, 2)
    with limited(resource.RLIMIT_NOFILE, 0), pytest.raises(OSError, match="open files"):
        file.roll()
    with limited(resource.RLIMIT_FSIZE, 10), pytest.raises(OSError, match="too large"):
        append(file, 3)
    append(file, 3)
    os.close(file.roll())
    append(file, 4)
    file.close()
    assert archived(tmp_path) == [1, 2, 3, 4]


def test_a_roll_whose_second_step_fails_leaves_the_file_active(tmp_path: Path) -> None:
    file, rename = ActiveFile(tmp_path), os.rename
    append(file, 1, 2)

    def fail_at_the_new_one(source: Path, target: Path) -> None:
        if source.suffix == ".new":
            raise OSError("no more")
        rename(source, target)

    with patch.object(os, "rename", fail_at_the_new_one), pytest.raises(OSError, match="no more"):
        file.roll()
    append(file, 3)
    os.close(file.roll())
    file.close()
    assert archived(tmp_path) == [1, 2, 3]
