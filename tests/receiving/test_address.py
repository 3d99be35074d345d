from __future__ import annotations

import pytest

from ticks.receiving.address import socket_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8000", "ws://127.0.0.1:8000/ws/stream"),
        ("http://host:8000/", "ws://host:8000/ws/stream"),
        ("https://ticks.example.org", "wss://ticks.example.org/ws/stream"),
        ("HTTPS://ticks.example.org", "wss://ticks.example.org/ws/stream"),
        ("ws://host/ws/stream", "ws://host/ws/stream"),
        ("wss://host/behind/a/proxy/ws/stream", "wss://host/behind/a/proxy/ws/stream"),
        ("http://[::1]:8000", "ws://[::1]:8000/ws/stream"),
        (" http://host\n", "ws://host/ws/stream"),
    ],
)
def test_what_a_person_has_is_understood(url: str, expected: str) -> None:
    assert socket_url(url) == expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("127.0.0.1:8000", "begins with no http"),
        ("localhost:8000", "begins with no http"),
        ("", "begins with no http"),
        ("ftp://host", "begins with no http"),
        ("http://:8000", "names no host"),
        ("http://host:port", "Port could not be cast"),
        ("http://host:99999", "Port out of range"),
        ("http://host:0", "no port 0"),
        ("http://[::1", "Invalid IPv6"),
        ("http://me:secret@host", "pass token="),
        ("http://host/s/main/", "path is not /ws/stream"),
        ("ws://host/ws/stream?from_t=3", "pass stream="),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(url: str, words: str) -> None:
    with pytest.raises(ValueError, match="http://HOST:PORT") as raised:
        socket_url(url)
    assert words in str(raised.value)
    assert repr(url) in str(raised.value)
