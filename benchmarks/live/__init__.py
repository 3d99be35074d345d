"""Live delivery: every tick to every subscriber, what that costs, and what others need for it."""

from __future__ import annotations

from benchmarks.live.faults import behind, killed, unread
from benchmarks.live.memory import memory
from benchmarks.live.steady import frames, plain, second, thousand, v1

PARTS = {
    "v1": v1,
    "plain": plain,
    "thousand": thousand,
    "frames": frames,
    "memory": memory,
    "second": second,
    "killed": killed,
    "behind": behind,
    "unread": unread,
}
