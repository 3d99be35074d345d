"""Who a browser may speak for: cookies count only from pages of this site."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import is_same_domain

DEFAULT_PORTS = {"http": "80", "https": "443"}
_ORIGIN = re.compile(r"(https?)://([^/?#@\s]+)")


class IgnoreForeignCookies:
    """ASGI middleware: a page of another origin is served as anonymous, so it cannot act as its visitor."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        if not is_own(header(scope, b"origin"), header(scope, b"host"), secure=is_secure(scope)):
            scope = {**scope, "headers": [h for h in scope["headers"] if h[0] != b"cookie"]}
        return await self._application(scope, receive, send)


def is_own(origin: str, host: str, *, secure: bool) -> bool:
    """Whether a request with this `Origin` comes from a page of `host`, a trusted one, or no page at all.

    `secure`: whether it is known to have come over TLS. Scheme, name and port all count. Where the `https` origin of a
    host is trusted, a proxy serves it over TLS and does not say so: its `http` pages are foreign, unless trusted too.
    """
    if not origin or _is_trusted(origin) or origin in settings.CORS_ALLOWED_ORIGINS:
        return True
    found, named = _split(origin), split_domain_port(host)
    if found is None or not named[0]:
        return False
    scheme = "https" if secure else "http"
    if scheme == "http" and _is_trusted(f"https://{host}"):
        return False
    return found == (scheme, named[0], named[1] or DEFAULT_PORTS[scheme])


def is_secure(scope: dict[str, Any]) -> bool:
    """Whether a connection is known to have come over TLS: here, or to a proxy that is trusted and says so."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        said = header(scope, name.removeprefix("HTTP_").replace("_", "-").lower().encode())
        if said:
            return bool(said.split(",")[0].strip() == secure)
    return scope.get("scheme") in ("https", "wss")


def host_is_allowed(scope: dict[str, Any]) -> bool:
    name, _ = split_domain_port(header(scope, b"host"))
    return validate_host(name, settings.ALLOWED_HOSTS)


def header(scope: dict[str, Any], name: bytes) -> str:
    return next((value.decode("latin1") for key, value in scope["headers"] if key == name), "")


def headers(scope: dict[str, Any], name: bytes) -> str:
    """All of that name, as one list."""
    return ",".join(value.decode("latin1") for key, value in scope["headers"] if key == name)


def _is_trusted(origin: str) -> bool:
    """Whether it is among CSRF_TRUSTED_ORIGINS, as Django has it: `https://*.example` are all below that name."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    scheme, _, place = origin.partition("://")
    patterns = (trusted.partition("://") for trusted in settings.CSRF_TRUSTED_ORIGINS if "*" in trusted)
    return any(scheme == other and is_same_domain(place, name.lstrip("*")) for other, _, name in patterns)


def _split(origin: str) -> tuple[str, str, str] | None:
    """Scheme, host and port; None for what no page of a site has."""
    found = _ORIGIN.fullmatch(origin)
    name, port = split_domain_port(found[2]) if found else ("", "")
    return (found[1], name, port or DEFAULT_PORTS[found[1]]) if found and name else None
