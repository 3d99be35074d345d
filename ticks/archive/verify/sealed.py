"""Whether a sealed file holds what it says of itself."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator
from dataclasses import asdict
from functools import partial

import zstandard

from ticks.archive import segment
from ticks.archive.frame import Frame, frame_of
from ticks.archive.opened import Damaged, Opened
from ticks.archive.sealed import read_ending
from ticks.archive.seekable import NotSeekable, checksum_of
from ticks.archive.segment import Facts
from ticks.archive.verify.finding import Finding, Tally, differences
from ticks.archive.walk import unpack, walk_sealed


def check_sealed(file: Opened, say: partial[Finding], tally: Tally) -> Generator[Finding, None, tuple[Frame, ...]]:
    """Gives the frames that it should have, and none where its end is damaged. Raises `Damaged`."""
    try:
        facts, ending = _ending(file)
    except (Damaged, NotSeekable) as error:
        yield from _walk(file, reason(file, error), say, tally)
        return ()
    yield from _told(file, facts, ending, say)
    digest = hashlib.sha256()
    whole = True
    for number, frame in enumerate(facts.frames):
        try:
            digest.update(_lines(file, frame))
            tally.read(frame.size, frame.count)
        except (Damaged, zstandard.ZstdError, ValueError) as error:
            whole = False
            tally.read(frame.size)
            yield _about(frame, number, say)(problem=reason(file, error))
    tally.read(len(ending))
    if whole and digest.hexdigest() != facts.sha256:
        yield say(problem="its lines have another SHA-256 than it says")
    return facts.frames


def reason(file: Opened, error: Exception) -> str:
    """Without the file's name, which stands before it anyway."""
    return str(error).removeprefix(str(file.path)).lstrip(", ")


def _ending(file: Opened) -> tuple[Facts, bytes]:
    """Raises `Damaged`, `NotSeekable`."""
    try:
        facts, ending = read_ending(file)
    except (LookupError, TypeError) as error:
        raise NotSeekable(f"what is known lacks something: {error!r}") from None
    if not facts.frames:
        raise NotSeekable("it has no frames")
    return facts, ending


def _told(file: Opened, facts: Facts, ending: bytes, say: partial[Finding]) -> Iterator[Finding]:
    """What is wrong with what it says, as far as no line is needed to know that."""
    if (facts.stream, facts.epoch) != (say.keywords["stream"], say.keywords["epoch"]):
        yield say(problem=f"it is one of stream {facts.stream}, epoch {facts.epoch}")
    end, start = facts.frames[-1].offset + facts.frames[-1].size, file.size - len(ending)
    if end != start:
        problem = f"its frames should end at byte {end}, and what is known of them begins at byte {start}"
        yield say(offset=min(start, end), end=max(start, end), problem=problem)
    if ending != segment.ending(facts.stream, facts.epoch, facts.level, facts.sha256, facts.frames):
        problem = "what stands behind its frames is not what a sealer writes"
        yield say(offset=start, end=file.size, problem=problem)


def _lines(file: Opened, frame: Frame) -> bytes:
    """Those of a frame, which are what they should be. Raises `Damaged`, `ZstdError`, `ValueError`."""
    packed = file.read(frame.offset, frame.offset + frame.size)
    lines, size = unpack(packed)
    found = frame_of(lines, frame.prev_t, frame.n, frame.offset, size, checksum_of(packed))
    if found != frame:
        raise ValueError(f"the file says {differences(asdict(frame), asdict(found))}")
    return lines


def _walk(file: Opened, problem: str, say: partial[Finding], tally: Tally) -> Iterator[Finding]:
    """A file whose end is damaged: which of its bytes are no whole frame. Raises `Damaged`."""
    number = end = ticks = 0
    last_t = -1
    for frame in walk_sealed(file.read(0, file.size)):
        if frame.offset != end:
            lost = partial(say, frame=number, offset=end, end=frame.offset)
            yield lost(first_t=last_t + 1, last_t=frame.first_t - 1, problem="they are no whole frame")
            number += 1
        number, ticks, last_t = number + 1, ticks + frame.count, frame.last_t
        end = frame.offset + frame.size
    tally.read(file.size, ticks)
    yield say(offset=end, end=file.size, problem=f"its end: {problem}; the {ticks} ticks before it can be read")


def _about(frame: Frame, number: int, say: partial[Finding]) -> partial[Finding]:
    return partial(
        say,
        frame=number,
        offset=frame.offset,
        end=frame.offset + frame.size,
        first_t=frame.first_t,
        last_t=frame.last_t,
    )
