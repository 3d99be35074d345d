"""Which version this is: the newest one in CHANGELOG.md."""

from __future__ import annotations

import re
from pathlib import Path


def newest(changelog: Path) -> str:
    """Raises `ValueError` where no heading names a version."""
    found = re.search(r"^## (\d\S*)", changelog.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise ValueError(f"{changelog} has no heading of a version, such as: ## 1.2.3")
    return found[1]
