"""What the environment sets, and what is refused."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from monitor import env

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("text", "size"),
    [("0", 0), ("123", 123), (" 5 ", 5), ("1K", 1024), ("500M", 500 << 20), ("10G", 10 << 30), ("1.5T", 3 << 39)],
)
def test_bytes_may_have_a_binary_unit(text: str, size: int) -> None:
    assert env.parse_size(text) == size


@pytest.mark.parametrize("text", ["", "G", "-1", "1.5", "10X", "10 G", "1e9", "nan"])
def test_what_is_no_number_of_bytes_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMIT", text)
    with pytest.raises(ImproperlyConfigured, match=r"LIMIT=.* is not a number of bytes, such as 500M or 10G\."):
        env.size("LIMIT", 0)


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "a week"])
def test_what_is_no_number_of_days_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMIT", text)
    with pytest.raises(ImproperlyConfigured, match=r"LIMIT=.* a number of days"):
        env.days("LIMIT", 0.0)


@pytest.mark.parametrize(("longer", "shorter"), [("0", "0"), ("0", "5"), ("5", "5"), ("5.5", "0.25")])
def test_for_ever_is_the_longest_time(longer: str, shorter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGER", longer)
    monkeypatch.setenv("SHORTER", shorter)
    assert env.days("LONGER", 0.0, no_less_than="SHORTER") == float(longer)


@pytest.mark.parametrize(
    ("ticks", "words"),
    [
        (None, r"TICKS_KEEP_ROLLUPS_DAYS=3 is less than TICKS_KEEP_DAYS=0 (for ever): use 0 (for ever)."),
        ("7", r"TICKS_KEEP_ROLLUPS_DAYS=3 is less than TICKS_KEEP_DAYS=7: use 0 (for ever), or at least 7."),
    ],
)
def test_rollups_that_go_before_their_ticks_are_refused_at_the_start(
    ticks: str | None, words: str, tmp_path: Path
) -> None:
    given = {"MONITOR_HOME": str(tmp_path), "TICKS_KEEP_ROLLUPS_DAYS": "3"} | (
        {"TICKS_KEEP_DAYS": ticks} if ticks else {}
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TICKS_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=kept | given, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr.strip()) == (2, words)


def test_origins_are_scheme_name_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "https://notes.example, http://127.0.0.1:8888,https://[::1]:1")
    assert env.origins("X") == ["https://notes.example", "http://127.0.0.1:8888", "https://[::1]:1"]
    monkeypatch.delenv("X")
    assert env.origins("X") == []


@pytest.mark.parametrize("wrong", ["*", "notes.example", "https://a.example/", "https://A.example", "null", "ftp://a"])
def test_what_is_no_origin_is_refused_by_name(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", f"https://notes.example,{wrong}")
    with pytest.raises(ImproperlyConfigured, match=re.escape(f"X has {wrong!r}, which is no origin")):
        env.origins("X")
