"""Sources: where a producer's records come from."""

from __future__ import annotations

from ticks.producer.sources.kinds import Bad, Item, Sampled, SourceError, Streamed

__all__ = ["SCHEDULE_FIELDS", "Bad", "Item", "Sampled", "SourceError", "Streamed"]

SCHEDULE_FIELDS: dict[str, dict[str, str]] = {
    "monitor.late_ms": {"unit": "ms", "label": "Sampled late"},
    "monitor.sample_ms": {"unit": "ms", "label": "Sampling took"},
    "monitor.missed": {"unit": "", "label": "Deadlines missed"},
    "monitor.published_ms": {"unit": "ms", "label": "Published, the tick before"},
}
"""What each tick of a scheduled source carries besides."""
