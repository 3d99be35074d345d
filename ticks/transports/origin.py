"""Who a WebSocket may speak for: cookies count only from pages of this site."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

DEFAULT_PORTS = {"http": 80, "https": 443}


class IgnoreForeignCookies:
    """ASGI middleware: a page of another origin is served as anonymous, so it cannot act as its visitor."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        if not is_own(header(scope, b"origin"), header(scope, b"host")):
            scope = {**scope, "headers": [h for h in scope["headers"] if h[0] != b"cookie"]}
        return await self._application(scope, receive, send)


def is_own(origin: str, host: str) -> bool:
    """Whether a request with this `Origin` comes from a page of `host`, a trusted one, or no page at all."""
    if not origin or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        parts = urlsplit(origin)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
        name = parts.hostname or ""
    except (ValueError, KeyError):
        return False
    if ":" in name:
        name = f"[{name}]"
    own_name, own_port = split_domain_port(host)
    return (name, port) == (own_name, int(own_port or DEFAULT_PORTS[parts.scheme]))


def host_is_allowed(scope: dict[str, Any]) -> bool:
    name, _ = split_domain_port(header(scope, b"host"))
    return validate_host(name, settings.ALLOWED_HOSTS)


def header(scope: dict[str, Any], name: bytes) -> str:
    return next((value.decode("latin1") for key, value in scope["headers"] if key == name), "")
