"""Where a monitor is reached, as a person has it. Pure."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
PATH = "/ws/stream"
ALLOWED = f"http://HOST:PORT, https://HOST or ws://HOST:PORT{PATH}"


def socket_url(url: str) -> str:
    """The WebSocket's, without a query. Raises `ValueError`, which says what is wrong and what would be right."""
    try:
        parts = urlsplit(url.strip())
        wrong = _wrong(parts)
    except ValueError as error:  # a port that is none, brackets that are not closed
        wrong = f"{error}"
    if wrong:
        raise ValueError(f"{url!r} is no monitor's address ({wrong}): {ALLOWED}")
    path = parts.path if parts.path.rstrip("/") else PATH
    return f"{SCHEMES[parts.scheme]}://{parts.netloc}{path}"


def _wrong(parts: SplitResult) -> str:
    """Nothing, if all is well."""
    if parts.scheme not in SCHEMES or not parts.netloc:
        return "it begins with no http:// or ws://"
    if not parts.hostname or parts.port == 0:
        return "it names no host" if not parts.hostname else "there is no port 0"
    if parts.username is not None or parts.password is not None:
        return "a name and password are no part of it: pass token="
    if parts.query or parts.fragment:
        return "a query is no part of it: pass stream=, from_t= and so on"
    if parts.path.rstrip("/") and not parts.path.endswith(PATH):
        return f"its path is not {PATH}"
    return ""
