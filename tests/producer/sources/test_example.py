"""The example of a source of one's own."""

from __future__ import annotations

import inspect
from itertools import islice
from pathlib import Path

from examples import thermometer

ROOT = Path(__file__).resolve().parents[3]


def test_the_example_gives_readings() -> None:
    first, second = islice(thermometer.readings(), 2)  # type: ignore[no-untyped-call]
    assert 19 < first["celsius"] < 21
    assert abs(second["celsius"] - first["celsius"]) <= 0.11


def test_the_documents_show_it_as_it_is() -> None:
    code = inspect.getsource(thermometer).split('"""', 2)[2].strip()
    assert code in (ROOT / "docs" / "sources.md").read_text()
    assert len(code.splitlines()) == 10
