"""The threads in which a web process asks Redis and reads files: never its event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

InThread = Callable[..., Awaitable[Any]]
"""Runs a blocking function with these arguments away from the event loop."""

# Readers that wait for a Redis that does not answer must not keep the relay and newcomers waiting.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="ticks")
_reading = ThreadPoolExecutor(max_workers=4, thread_name_prefix="ticks-read")
_telling = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ticks-tell")


async def in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(_threads, function, *arguments)


async def in_reading_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(_reading, function, *arguments)


async def in_telling_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(_telling, function, *arguments)
