"""How many may connect: what is counted, who is one too many, and what is said to them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

TooMany = Literal["stream", "account"]


class Candidate(NamedTuple):
    """What a connection counts for: two names, of its stream and of its account or address."""

    stream: str
    account: str


class Limits(NamedTuple):
    """How many connections each of these may have; 0: any number."""

    stream: int
    account: int


def stream_field(stream: str) -> str:
    return f"stream:{stream}"


def account_field(user: int | None, network: str) -> str:
    """Whoever is signed in, by session or token, counts by account wherever they are; others by their network."""
    return f"user:{user}" if user is not None else f"ip:{network}"


def decide(
    candidates: Sequence[Candidate], mine: Mapping[str, int], theirs: Mapping[str, int], limits: Limits
) -> list[TooMany | None]:
    """For each in turn what there is too much of, or None: it is in, and counts for those after it.

    `mine` and `theirs` are the connections of this worker and of all others. `admit.lua` decides the same.
    """
    total = {field: mine.get(field, 0) + theirs.get(field, 0) for one in candidates for field in one}
    answers: list[TooMany | None] = []
    for one in candidates:
        if 0 < limits.stream <= total[one.stream]:
            answers.append("stream")
        elif 0 < limits.account <= total[one.account]:
            answers.append("account")
        else:
            total[one.stream] += 1
            total[one.account] += 1
            answers.append(None)
    return answers
