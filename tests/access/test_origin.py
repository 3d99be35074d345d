from __future__ import annotations

from typing import Any

from django.test import SimpleTestCase, override_settings
from hypothesis import given
from hypothesis import strategies as st

from ticks.access.origin import IgnoreForeignCookies, host_is_allowed, is_own, is_secure

PROXIED = override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))


class OwnOriginTest(SimpleTestCase):
    def test_a_page_of_the_same_scheme_host_and_port_is_own(self) -> None:
        for origin, host, secure in (
            ("http://tick.example:8000", "tick.example:8000", False),
            ("http://tick.example", "tick.example", False),
            ("https://tick.example", "tick.example", True),
            ("http://tick.example", "tick.example:80", False),
            ("https://tick.example:443", "tick.example", True),
            ("http://[::1]:8000", "[::1]:8000", False),
            ("http://TICK.example:8000", "tick.EXAMPLE:8000", False),
        ):
            self.assertTrue(is_own(origin, host, secure=secure), (origin, host))

    def test_a_page_of_another_host_or_port_is_not(self) -> None:
        for origin in (
            "http://evil.example:8000",
            "http://tick.example:8001",
            "http://tick.example",
            "http://tick.example.evil.example:8000",
            "http://tick.example:8000@evil.example",
            "http://evil@tick.example:8000",
            "http://tick.example:8000/path",
            "null",
            "http://",
            "http://[",
            "http://tick.example:port",
            "file://",
            "ftp://tick.example:8000",
            "chrome-extension://tick.example:8000",
        ):
            self.assertFalse(is_own(origin, "tick.example:8000", secure=False), origin)

    def test_a_page_of_the_other_scheme_is_not(self) -> None:
        self.assertFalse(is_own("http://tick.example", "tick.example", secure=True))
        self.assertFalse(is_own("https://tick.example", "tick.example", secure=False))
        self.assertFalse(is_own("http://tick.example:443", "tick.example", secure=True))

    def test_no_origin_is_a_script_and_fine(self) -> None:
        self.assertTrue(is_own("", "tick.example", secure=False))

    def test_nobody_is_at_home_where_the_host_is_none(self) -> None:
        for origin in ("http://", "http://x", "http://[::1]"):
            self.assertFalse(is_own(origin, "not a host", secure=False), origin)

    @override_settings(CSRF_TRUSTED_ORIGINS=["https://tick.example"])
    def test_a_trusted_origin_is_own_behind_a_proxy_that_says_nothing_and_its_http_pages_are_not(self) -> None:
        self.assertTrue(is_own("https://tick.example", "10.0.0.5:8000", secure=False))
        self.assertTrue(is_own("https://tick.example", "tick.example", secure=False))
        self.assertFalse(is_own("http://tick.example", "tick.example", secure=False))
        self.assertTrue(is_own("http://other.example", "other.example", secure=False))

    @override_settings(CSRF_TRUSTED_ORIGINS=["https://*.tick.example"])
    def test_all_below_a_trusted_name_are_own(self) -> None:
        self.assertTrue(is_own("https://a.tick.example", "10.0.0.5", secure=False))
        for origin in ("http://a.tick.example", "https://eviltick.example", "https://tick.example.evil.example"):
            self.assertFalse(is_own(origin, "10.0.0.5", secure=False), origin)

    @given(st.text(max_size=60), st.text(max_size=40), st.booleans())
    def test_whatever_is_said_never_raises(self, origin: str, host: str, secure: bool) -> None:
        is_own(origin, host, secure=secure)
        is_own(f"http://{origin}", host, secure=secure)
        is_own(f"http://tick.example:{'9' * 5000}", f"tick.example:{'9' * 5000}", secure=secure)


class SecureTest(SimpleTestCase):
    SAYS_HTTPS: dict[str, Any] = {"headers": [(b"x-forwarded-proto", b"https")]}

    def test_what_a_proxy_says_counts_only_where_one_is_trusted(self) -> None:
        self.assertFalse(is_secure(self.SAYS_HTTPS))
        with PROXIED:
            self.assertTrue(is_secure(self.SAYS_HTTPS))
            self.assertFalse(is_secure({"headers": [(b"x-forwarded-proto", b"http")], "scheme": "wss"}))

    def test_a_server_with_tls_of_its_own_says_it_in_the_scheme(self) -> None:
        for scheme, secure in (("https", True), ("wss", True), ("ws", False), (None, False)):
            self.assertEqual(is_secure({"headers": [], "scheme": scheme}), secure)


class ForeignCookiesTest(SimpleTestCase):
    async def seen(self, origin: bytes) -> list[bytes]:
        """The names of the headers that come through from a page of this origin."""
        seen: list[bytes] = []

        async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
            seen.extend(name for name, _ in scope["headers"])

        headers = [(b"host", b"tick.example"), (b"origin", origin), (b"cookie", b"a=b"), (b"authorization", b"Token x")]
        await IgnoreForeignCookies(application)({"headers": headers}, None, None)
        return seen

    async def test_cookies_of_a_foreign_page_are_dropped_and_its_token_stays(self) -> None:
        self.assertEqual(await self.seen(b"http://evil.example"), [b"host", b"origin", b"authorization"])
        self.assertIn(b"cookie", await self.seen(b"http://tick.example"))

    @PROXIED
    async def test_a_page_without_tls_is_foreign_to_a_site_with_it(self) -> None:
        self.assertIn(b"cookie", await self.seen(b"http://tick.example"))


class HostTest(SimpleTestCase):
    @override_settings(ALLOWED_HOSTS=["tick.example", "[::1]"])
    def test_only_allowed_hosts_are_served(self) -> None:
        for host, allowed in (
            (b"tick.example:8000", True),
            (b"[::1]:8000", True),
            (b"evil.example", False),
            (b"", False),
        ):
            self.assertEqual(host_is_allowed({"headers": [(b"host", host)]}), allowed, host)
