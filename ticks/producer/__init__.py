"""Producing ticks: `TickWriter` archives and publishes what any program gives it."""

from __future__ import annotations

from ticks.producer.lease import AnotherProducer
from ticks.producer.tick_writer import TickWriter

__all__ = ["AnotherProducer", "TickWriter"]
