"""Tests that mostly wait, all of a class at once: what each of them proves stays its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar
from unittest import TestCase

Body = Callable[[Any], None]
Case = TypeVar("Case", bound=type[TestCase])


class Together:
    """The tests of a class. Each runs in a thread, on an instance of its own, with its own `setUp` and cleanups."""

    def __init__(self, case: type[TestCase], bodies: dict[str, Body]) -> None:
        self._case, self._bodies = case, bodies
        self._set_up, self._tear_down = case.setUp, case.tearDown
        self._outcomes: dict[str, Future[None]] = {}

    @contextmanager
    def begun(self, names: Iterable[str]) -> Iterator[None]:
        """Begin those of these names; at the end all have ended."""
        chosen = [name for name in names if name in self._bodies]
        with ThreadPoolExecutor(max(1, len(chosen))) as threads:
            self._outcomes = {name: threads.submit(self._run, name) for name in chosen}
            yield

    def outcome(self, name: str) -> None:
        """Wait for that test; raises what it raised."""
        self._outcomes[name].result()

    def _run(self, name: str) -> None:
        case = self._case(name)
        try:
            self._set_up(case)
            self._bodies[name](case)
        finally:
            self._tear_down(case)
            clean = case.doCleanups()
        assert clean, f"what {name} left could not be cleaned up"


def together(case: Case) -> Case:
    """Of a class decorated so, `begun` in conftest.py begins all tests that were asked for, and each one waits."""
    bodies = {name: body for name, body in vars(case).items() if name.startswith("test_")}
    case.together = Together(case, bodies)  # type: ignore[attr-defined]
    for name, body in bodies.items():
        setattr(case, name, _waiting(case, name, body))
    case.setUp = case.tearDown = _nothing  # type: ignore[assignment,method-assign]
    return case


def _nothing(self: TestCase) -> None:
    """Who waits needs nothing."""


def _waiting(case: Any, name: str, body: Body) -> Body:
    @wraps(body)
    def wait(self: Any) -> None:
        case.together.outcome(name)

    return wait
