"""The same stream over plain HTTP: pushed, waited for, in ranges; and the API beside it."""

from __future__ import annotations

from benchmarks.http.asked import poll, ranges
from benchmarks.http.pushed import sse
from benchmarks.http.site import api

PARTS = {
    "sse": sse,
    "range": ranges,
    "poll": poll,
    "api": api,
}
