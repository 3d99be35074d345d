"""Files that other processes may read, or write, at the same moment."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes, changed_ns: int | None = None) -> None:
    """Whole or not at all. `changed_ns`: when it is to have been changed, nanoseconds; None is now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        part.write(content)
    if changed_ns is not None:
        os.utime(part.name, ns=(changed_ns, changed_ns))
    os.replace(part.name, path)
