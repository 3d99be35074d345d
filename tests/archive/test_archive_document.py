"""The reader of docs/archive.md, as it stands there, and what that says of a file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.archive.making import joined, sealed_bytes, small_frames, ticks
from ticks.archive.rollups.row import parse

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs/archive.md").read_text()


def test_its_reader_finds_any_tick_of_a_sealed_file(tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", section("A sealed file"), re.DOTALL)
    lines = ticks(1, 2, 3, 5, 8, 13, 21)
    with small_frames():
        (tmp_path / "sealed.jsonl.zst").write_bytes(sealed_bytes(lines))
    for t, line in ((1, lines[0]), (8, lines[4]), (21, lines[-1])):
        assert run(program, tmp_path / "sealed.jsonl.zst", t) == line.decode()
    assert run(program, tmp_path / "sealed.jsonl.zst", 4) in ("", "not there")


def test_every_key_that_a_sealed_file_has_is_documented_in_order() -> None:
    data = sealed_bytes(ticks(1, 2))
    known = json.loads(re.findall(rb'\{"format".*?\}', data)[0])
    assert keys(section("A sealed file")) == list(known)
    assert known["bytes"] == len(joined(ticks(1, 2)))


def test_every_key_that_a_row_of_a_rollup_has_is_documented_in_order_and_its_example_is_one() -> None:
    text = section("Rollups")
    (example,) = re.findall(r"```json\n(.*?)\n```", text, re.DOTALL)
    (row,) = parse(example.encode())
    assert keys(text) == list(json.loads(example)) == list(json.loads(row.line()))
    assert row.line() == example.encode()


def section(title: str) -> str:
    return DOCUMENT.split(f"## {title}\n", 1)[1].split("\n## ")[0]


def keys(text: str) -> list[str]:
    """What the tables of a text describe."""
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", text, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def run(program: str, path: Path, t: int) -> str:
    ran = subprocess.run([sys.executable, "-c", program, str(path), str(t)], capture_output=True, text=True, check=True)
    return ran.stdout.strip()
