"""Encoding what readers are owed: small batches at once, large ones in a thread, and none of them twice."""

from __future__ import annotations

import asyncio
from typing import Any

from ticks.batch import Batch, Form
from ticks.live.threads import InThread

PARSING = 4
"""So many times as long it takes where the records are parsed."""


class Encoder:
    """For the batches of one ring; used on its event loop."""

    def __init__(self, in_thread: InThread) -> None:
        """`in_thread(function, *arguments)` runs a function away from the event loop."""
        self._in_thread = in_thread
        self._going_on: dict[tuple[Batch, str], asyncio.Future[Any]] = {}

    async def owed(self, batch: Batch, t: int, form: Form[Any] | None, at_once: int) -> Batch:
        """What a reader at `t` is owed of a batch, with the form made; up to `at_once` bytes on the event loop."""
        at_once = limit_of(form, at_once)
        if t == batch.prev_t:
            if form is not None and not batch.has(form):
                await self._keep(batch, form, at_once)
            return batch
        if batch.raw_bytes <= at_once:
            return owed(batch, t, form)
        part: Batch = await self._in_thread(owed, batch.copy(), t, form)
        return part

    async def _keep(self, batch: Batch, form: Form[Any], at_once: int) -> None:
        if batch.raw_bytes <= at_once:
            batch.form(form)
            return
        key = (batch, form.name)
        if key not in self._going_on:
            # A copy: the batch counts its bytes in a ring, which is the event loop's alone.
            self._going_on[key] = asyncio.ensure_future(self._in_thread(batch.copy().form, form))
            self._going_on[key].add_done_callback(lambda _: self._going_on.pop(key))
        batch.keep(form, await asyncio.shield(self._going_on[key]))


def limit_of(form: Form[Any] | None, at_once: int) -> int:
    """How many bytes of records are encoded on the event loop, where that is `at_once` for what is not parsed."""
    return at_once // PARSING if form is not None and form.is_parsed else at_once


def owed(batch: Batch, t: int, form: Form[Any] | None) -> Batch:
    """What a reader at `t` is owed of a batch, in that form; its `prev_t` is `t`."""
    part = batch.after(t)
    if part.prev_t != t:
        part = part.at(t)
    if form is not None:
        part.form(form)
    return part
