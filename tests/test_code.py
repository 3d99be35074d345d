"""The code keeps to its own rules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("tool", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join)
def test_nothing_is_found_by(tool: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.django_db
def test_the_migrations_are_those_of_the_models() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_django_finds_nothing_to_complain_about() -> None:
    call_command("check", fail_level="WARNING", verbosity=0)


@pytest.mark.parametrize("folder", ["static/vendor/uplot", "tests/vendor/axe-core"])
def test_vendored_files_are_those_that_were_recorded(folder: str) -> None:
    recorded = (ROOT / folder).glob("*")
    done = subprocess.run(["sha256sum", *map(str, recorded)], capture_output=True, text=True, check=True)
    readme = (ROOT / folder / "README.md").read_text()
    for line in done.stdout.splitlines():
        digest, name = line.split(maxsplit=1)
        if not name.endswith("README.md"):
            assert digest in readme, name
