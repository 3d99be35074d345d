"""What a machine can't run is said, with the command that would help; where nothing may be missing, it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSER_TESTS = "tests/e2e/test_other_address.py"


def run_without_programs(tests: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "PATH")}
    command = [sys.executable, "-m", "pytest", tests, "-p", "no:cacheprovider"]
    return subprocess.run(
        command, cwd=ROOT, env={**kept, "PATH": "/nowhere", **env}, capture_output=True, text=True, timeout=300
    )


def test_without_chromium_its_tests_are_named_as_not_run_with_the_remedy() -> None:
    done = run_without_programs(BROWSER_TESTS)
    assert done.returncode == 0, done.stdout
    assert "NOT RUN: 3 tests, no Chromium here. To run them: sudo apt-get install chromium" in done.stdout


def test_with_ci_set_a_missing_chromium_is_a_failure() -> None:
    done = run_without_programs(BROWSER_TESTS, CI="true")
    assert done.returncode == 1, done.stdout
    assert "NOT RUN" not in done.stdout


def test_without_zstdcat_its_tests_are_named_as_not_run_with_the_remedy() -> None:
    done = run_without_programs("tests/archive/test_other_programs.py")
    assert done.returncode == 0, done.stdout
    assert "NOT RUN: 2 tests, no zstdcat or no jq here. To run them: sudo apt-get install zstd jq" in done.stdout
