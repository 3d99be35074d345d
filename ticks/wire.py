"""How a batch travels through the channel layer: one group message a batch, one group a stream."""

from __future__ import annotations

from typing import Any

from ticks.batch import Batch
from ticks.pack import renewed


def group(stream: str) -> str:
    return f"ticks.{stream}"


def message(batch: Batch) -> dict[str, Any]:
    return {
        "type": "ticks.batch",
        "epoch": batch.epoch,
        "prev_t": batch.prev_t,
        "n": batch.n,
        "first_t": batch.first_t,
        "last_t": batch.last_t,
        "count": batch.count,
        "data": batch.packed,
    }


def batch(message: dict[str, Any]) -> Batch:
    """The batch of a group message; its records are unpacked when first asked for."""
    return Batch(
        message["epoch"],
        message["prev_t"],
        message["n"],
        message["first_t"],
        message["last_t"],
        message["count"],
        packs=(renewed(message["data"]),),
    )
