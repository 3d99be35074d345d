"""Pages of other origins that may read as their visitor. What every page may read, as nobody, the transports say."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from starlette.middleware.cors import CORSMiddleware

from ticks.access.origin import header

METHODS = ("GET", "HEAD")
HEADERS = ("Authorization", "Cache-Control", "Last-Event-ID")
EXPOSED = ("Link", "Retry-After", "X-Ticks-Epoch", "X-Ticks-Next")
MAX_AGE_S = 86400
OWN = re.compile(r".*/streams/[^/]+/(board|links)/.*")
"""What is a user's own, or staff's, no page of another origin may read."""


def shared(application: Any, origins: Collection[str]) -> Any:
    """The application, to be read by pages of these origins, with their visitors' cookies; others see no difference."""
    cors = CORSMiddleware(
        application,
        allow_origins=origins,
        allow_methods=METHODS,
        allow_headers=HEADERS,
        allow_credentials=True,
        expose_headers=EXPOSED,
        max_age=MAX_AGE_S,
    )

    async def dispatched(scope: dict[str, Any], receive: Any, send: Any) -> None:
        # To all others the library would say too that credentials are allowed.
        if header(scope, b"origin") in origins and not OWN.fullmatch(scope["path"]):
            await cors(scope, receive, send)
        else:
            await application(scope, receive, send)

    return dispatched if origins else application
