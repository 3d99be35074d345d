"""Imports follow the way of a tick and have no circles; the pure modules do no I/O."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PURE = (
    *("tick", "cursor", "batch", "ring", "framing", "protocol", "query", "schedule", "histogram", "live.limits"),
    *("leaves", "csv", "selection", "packing", "pack", "gzipped", "gathering", "window", "pacing", "asked", "session"),
    *("history.described", "api.rendering.chart", "api.rendering.charted"),
    *("http_query", "live.lag", "access.addresses", "access.limits"),
    *(f"archive.{name}" for name in ("frame", "lines", "seekable", "segment", "sealer", "walk")),
    *(f"receiving.{n}" for n in ("address", "wanted", "unpacking", "chain", "acks", "comeback", "actions", "course")),
    *(f"archive.rollups.{name}" for name in ("levels", "row", "values", "cascade", "grid", "lookup", "buckets")),
)
IMPURE = {
    *("django", "channels", "channels_redis", "asgiref", "redis", "valkey", "daphne", "twisted", "rest_framework"),
    *("asyncio", "socket", "ssl", "selectors", "subprocess", "multiprocessing", "sqlite3", "psutil", "mmap", "fcntl"),
    *("urllib.request", "http", "logging", "tempfile", "shutil"),
}
DOING_IO = IMPURE | {"os", "io", "pathlib", "time", "sys"}
"""What a pure module must not import itself, though the standard library's own modules may."""

FORBIDDEN = {
    "ticks.archive": {"ticks.producer", "ticks.live", "ticks.transports", "ticks.api"},
    "ticks.producer": {"ticks.transports", "ticks.api", "ticks.live.relay", "ticks.live.feed", "ticks.live.store"},
    "ticks.live": {"ticks.producer", "ticks.access", "ticks.transports", "ticks.api"},
    "ticks.producer.sources": {"ticks.archive", "ticks.live", "ticks.producer.writer", "ticks.producer.tick_writer"},
    "ticks.access": {"ticks.archive", "ticks.producer", "ticks.live", "ticks.transports", "ticks.api"},
    "ticks.transports": {"ticks.producer", "ticks.archive", "ticks.api"},
    "ticks.api": {"ticks.producer", "ticks.transports"},
    "ticks.models": {"ticks.archive", "ticks.producer", "ticks.live", "ticks.transports", "ticks.api"},
}
"""By package: what none of its modules may import."""


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): ast.parse(path.read_text()) for path in sorted((ROOT / "ticks").rglob("*.py"))}


def typing_only(tree: ast.Module) -> set[ast.stmt]:
    """What stands below `if TYPE_CHECKING:` is never imported."""
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    return {statement for test in tests for statement in test.body}


def imports(tree: ast.Module) -> Iterator[str]:
    """All that is imported, in functions too; of `from a import b` only `a.b` where that is a module of ours."""
    skipped = typing_only(tree)
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, "imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in names)


def belongs(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_imports_nothing_that_does_io(name: str) -> None:
    imported = set(imports(MODULES[f"ticks.{name}"]))
    assert {one for one in imported if belongs(one, DOING_IO)} == set()
    ours = {one.removeprefix("ticks.") for one in imported if one.startswith("ticks.")}
    assert ours <= {*PURE, "archive", "archive.rollups", "live"}


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_opens_and_prints_nothing(name: str) -> None:
    calls = [node.func for node in ast.walk(MODULES[f"ticks.{name}"]) if isinstance(node, ast.Call)]
    assert {func.id for func in calls if isinstance(func, ast.Name)} & {"open", "print", "input", "exec"} == set()


def test_the_pure_modules_load_nothing_that_does_io() -> None:
    code = f"import json, sys; before = set(sys.modules)\nimport {', '.join(f'ticks.{name}' for name in PURE)}\n"
    code += "print(json.dumps(sorted(set(sys.modules) - before)))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = json.loads(ran.stdout)
    assert {f"ticks.{name}" for name in PURE} < set(loaded)
    assert [name for name in loaded if belongs(name, IMPURE)] == []


def test_imports_have_no_circles() -> None:
    graph = {
        name: {imported for imported in imports(tree) if imported in MODULES and imported != name}
        for name, tree in MODULES.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


@pytest.mark.parametrize("package", FORBIDDEN)
def test_imports_follow_the_way_of_a_tick(package: str) -> None:
    found = {name: tree for name, tree in MODULES.items() if belongs(name, {package})}
    assert found
    against = {
        f"{name} imports {imported}"
        for name, tree in found.items()
        for imported in imports(tree)
        if belongs(imported, FORBIDDEN[package])
    }
    assert against == set()


def test_only_commands_know_both_the_producer_and_the_web() -> None:
    producer, web = {"ticks.producer"}, {"ticks.transports", "ticks.api", "ticks.dashboard", "ticks.live.feed"}
    both = [
        name
        for name, tree in MODULES.items()
        if any(belongs(one, producer) for one in imports(tree)) and any(belongs(one, web) for one in imports(tree))
    ]
    assert [name for name in both if not name.startswith("ticks.management.")] == []
