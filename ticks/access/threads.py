"""The threads in which the database and Redis are asked who may connect: neither waits for the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")

_database = ThreadPoolExecutor(max_workers=2, thread_name_prefix="ticks-rights")
_redis = ThreadPoolExecutor(max_workers=2, thread_name_prefix="ticks-count")


async def with_database(function: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    def asked() -> T:
        try:
            return function(*arguments, **options)
        finally:
            connections.close_all()  # this thread may not be needed again for hours

    return await asyncio.get_running_loop().run_in_executor(_database, asked)


async def with_redis(function: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    return await asyncio.get_running_loop().run_in_executor(_redis, lambda: function(*arguments, **options))
