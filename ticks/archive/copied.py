"""An active file that was copied while its writer was at it, and stands beside what that made of it later."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from ticks.archive.layout import ACTIVE, closed_name
from ticks.tick import head

logger = logging.getLogger(__name__)


def remove_old_copy(epoch_dir: Path) -> bool:
    """Whether the epoch's active file, which nobody may hold, was such a one, and is out of the way.

    To close it would put it in the place of the whole file. One that is none of its beginning is set aside.
    """
    active = epoch_dir / ACTIVE
    lines = active.read_bytes().rpartition(b"\n")[0]
    closed = epoch_dir / closed_name(head(lines).t) if lines else None
    if closed is None or not closed.exists():
        return False
    there = closed.read_bytes()
    if there.startswith(lines):
        active.unlink()
        return True
    if lines.startswith(there.rpartition(b"\n")[0]):
        return False
    aside = active.rename(active.with_name(f"{ACTIVE}.{time.time_ns()}"))
    logger.error("%s is another file of the same ticks than %s: it is left out of the archive", aside, closed.name)
    return True
