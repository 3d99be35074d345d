"""Programs that make or measure something in a home, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.processes import ROOT, environment


def start(program: str, home: Path, *arguments: object, **pipes: Any) -> subprocess.Popen[bytes]:
    """One of `benchmarks/programs`; `pipes` are those of `Popen`."""
    command = [sys.executable, "-m", f"benchmarks.programs.{program}", *map(str, arguments)]
    env = environment(home, "", DJANGO_SETTINGS_MODULE="monitor.settings")
    return subprocess.Popen(command, env=env, cwd=ROOT, **pipes)


def run(program: str, home: Path, *arguments: object) -> Any:
    """What it prints, which is JSON."""
    running = start(program, home, *arguments, stdout=subprocess.PIPE)
    said, _ = running.communicate()
    assert running.returncode == 0, f"{program} failed: {said.decode()}"
    return json.loads(said)
