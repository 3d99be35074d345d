"""What an archiver that was killed while it sealed left half done."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ticks.archive import index
from ticks.archive.layout import closed_files, epochs, first_t_of, is_sealed
from ticks.archive.opened import Damaged
from ticks.archive.sealing import UNFINISHED, facts_of, remove


def recover(archive: Path, stream: str) -> None:
    """Finish that. Nobody else may be sealing."""
    folders = [archive / stream / epoch for epoch in epochs(archive / stream)]
    for folder in folders:
        remove(folder.glob(f"*{UNFINISHED}"))
    index.index_closed(archive, stream)  # a sealed file that has no row gets it
    for folder in folders:
        remove(path for path in closed_files(folder) if _is_sealed_too(archive, stream, path))


def _is_sealed_too(archive: Path, stream: str, closed: Path) -> bool:
    """Whether a sealed file has the row for what is in a closed one, and holds it."""
    t = first_t_of(closed)
    row = index.segments(stream, closed.parent.name).filter(first_t__lte=t, last_t__gte=t).first()
    with suppress(Damaged):
        if row is not None and is_sealed(Path(row.path)):
            frames = facts_of(archive / row.path).frames
            return frames[0].first_t <= t <= frames[-1].last_t
    return False
