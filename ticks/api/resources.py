from __future__ import annotations

RESOURCES = ("fields", "summary", "ticks", "series", "gaps", "export", "health", "board")
"""What there is of each stream, at an address below its own."""
