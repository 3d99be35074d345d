"""The past over HTTP, of the archive that `script/bench archive` reads: pages, series, exports."""

from __future__ import annotations

from benchmarks.history.asked import page, series
from benchmarks.history.beside import beside
from benchmarks.history.exports import export, memory

PARTS = {
    "page": page,
    "series": series,
    "export": export,
    "memory": memory,
    "beside": beside,
}
