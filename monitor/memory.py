"""The garbage collector, kept from looking through what will never be garbage."""

from __future__ import annotations

import gc


def freeze() -> None:
    """What was made by now stays: to look through all of it takes 7 ms, in which the whole process stands still."""
    gc.collect()
    gc.freeze()
