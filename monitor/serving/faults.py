"""Errors that nobody handles below the application: Daphne throws away what Twisted has to say of them."""

from __future__ import annotations

import logging
from typing import Any

from twisted.logger import LogLevel, globalLogPublisher

logger = logging.getLogger(__name__)


def watch() -> None:
    """From now on they are logged."""
    globalLogPublisher.addObserver(_tell)  # type: ignore[arg-type]  # any callable will do


def _tell(event: dict[str, Any]) -> None:
    failure = event.get("log_failure")
    if failure is not None and event.get("log_level") is LogLevel.critical:
        told = failure.type, failure.value, failure.getTracebackObject()
        logger.error("nobody handled an error below the application", exc_info=told)
