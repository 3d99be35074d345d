"""The dashboard in a browser: how soon it shows something, what it costs to leave it open, and what a return takes."""

from __future__ import annotations

from benchmarks.dashboard.heap import heap
from benchmarks.dashboard.hidden import hidden
from benchmarks.dashboard.paint import paint
from benchmarks.dashboard.replay import pace, seek
from benchmarks.dashboard.steady import fast, slow
from benchmarks.dashboard.stored import stored

PARTS = {
    "paint": paint,
    "fast": fast,
    "slow": slow,
    "heap": heap,
    "hidden": hidden,
    "stored": stored,
    "seek": seek,
    "pace": pace,
}
