"""Whether a closed file is ticks in order, to its last byte."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import partial

from ticks.archive.frame import Frame, frame_of
from ticks.archive.opened import Opened
from ticks.archive.verify.finding import Finding, Tally
from ticks.archive.walk import MAX_RAW

PIECE_BYTES = 2 * MAX_RAW
"""So much is read at once; at least one line is whole within."""


def check_closed(file: Opened, say: partial[Finding], tally: Tally) -> Generator[Finding, None, list[Frame]]:
    """Gives what it holds, and nothing where any of it is damaged. Raises `Damaged`."""
    if not file.size:
        yield say(problem="it is empty")
    held: list[Frame] = []
    prev_t, whole = -1, True
    for start, lines in _pieces(file):
        try:
            frames = [frame_of(lines, prev_t, 0, start, len(lines))]
        except ValueError:
            whole = False
            frames = yield from _search(lines, prev_t, start, say)
        tally.read(len(lines), sum(frame.count for frame in frames))
        prev_t = frames[-1].last_t if frames else prev_t
        held += frames
    return held if whole else []


def _pieces(file: Opened) -> Iterator[tuple[int, bytes]]:
    """Whole lines, and where they begin; what has no end comes by itself."""
    start = 0
    while start < file.size:
        data = file.read(start, min(start + PIECE_BYTES, file.size))
        lines = data[: data.rfind(b"\n") + 1] or data
        yield start, lines
        start += len(lines)


def _search(lines: bytes, prev_t: int, at: int, say: partial[Finding]) -> Generator[Finding, None, list[Frame]]:
    """Tell of the lines that are damaged, neighbours together; gives each other as a frame."""
    held: list[Frame] = []
    damaged_at, problem = at, ""
    for line in _each(lines):
        try:
            frame = frame_of(line, prev_t, 0, at, len(line))
        except ValueError as error:
            damaged_at = damaged_at if problem else at
            problem = problem or (str(error) if line.endswith(b"\n") else "its last line is cut off")
        else:
            if problem:
                yield say(offset=damaged_at, end=at, first_t=prev_t + 1, last_t=frame.first_t - 1, problem=problem)
            problem = ""
            prev_t = frame.last_t
            held.append(frame)
        at += len(line)
    if problem:
        yield say(offset=damaged_at, end=at, first_t=prev_t + 1, problem=problem)
    return held


def _each(lines: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(lines):
        end = lines.find(b"\n", start) + 1 or len(lines)
        yield lines[start:end]
        start = end
