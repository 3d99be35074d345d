from __future__ import annotations

import pytest

from ticks.api.ranges import Part, Unsatisfiable, part_of


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-9", 0, 10),
        ("bytes=3-", 3, 10),
        ("bytes=3-99", 3, 10),
        ("bytes=-4", 6, 10),
        ("bytes=-99", 0, 10),
        ("Bytes = 9-9", 9, 10),
    ],
)
def test_a_range_is_a_part_of_the_file(header: str, start: int, end: int) -> None:
    part = part_of(header, 10)
    assert part == Part(start, end, 10)
    assert part.content_range == f"bytes {start}-{end - 1}/10"


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_nothing_of_the_file_is_no_part(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        part_of(header, 10)


@pytest.mark.parametrize(
    "header", ["", "bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b", f"bytes={'9' * 30}-"]
)
def test_several_ranges_and_what_is_none_are_passed_over(header: str) -> None:
    assert part_of(header, 10) is None
