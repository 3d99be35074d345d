"""Producing ticks: `TickWriter` archives and publishes what any program gives it."""

from __future__ import annotations

from ticks.producer.async_writer import AsyncTickWriter
from ticks.producer.lease import AnotherProducer
from ticks.producer.tick_writer import TickWriter
from ticks.tick import TickError

__all__ = ["AnotherProducer", "AsyncTickWriter", "TickError", "TickWriter"]
