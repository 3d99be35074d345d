"""The ASGI application: the stream's transports, and Django for all the rest. Any ASGI server runs it."""

from __future__ import annotations

import os
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

from monitor.cross_origin import shared
from monitor.statics import Statics

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")
site = get_asgi_application()

# Both import models, which only the line above makes ready.
from ticks.access.origin import IgnoreForeignCookies  # noqa: E402
from ticks.transports.http import incremental, polling, ranging, streaming  # noqa: E402
from ticks.transports.http.endpoint import Endpoint  # noqa: E402
from ticks.transports.no_such_socket import refuse  # noqa: E402
from ticks.transports.websocket import StreamConsumer  # noqa: E402


async def lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Nothing is to be done at either end; uvicorn and others ask, and complain where nobody answers."""
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


sockets = [
    path("ws/stream", StreamConsumer.as_asgi()),
    path("<path:path>", refuse),  # type: ignore[arg-type]  # an ASGI application, for Channels' router
]
requests = [
    path("stream", Endpoint(streaming.serve)),  # type: ignore[arg-type]
    path("poll", Endpoint(polling.serve)),  # type: ignore[arg-type]
    path("incremental", Endpoint(incremental.serve)),  # type: ignore[arg-type]
    path("range", Endpoint(ranging.serve)),  # type: ignore[arg-type]
    re_path("", Statics(site)),
]
application = ProtocolTypeRouter(
    {
        "http": shared(URLRouter(requests), settings.CORS_ALLOWED_ORIGINS),
        "websocket": IgnoreForeignCookies(AuthMiddlewareStack(URLRouter(sockets))),
        "lifespan": lifespan,
    }
)
