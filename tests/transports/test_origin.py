from __future__ import annotations

from django.test import SimpleTestCase, override_settings

from ticks.transports.origin import host_is_allowed, is_own


class OwnOriginTest(SimpleTestCase):
    def test_a_page_of_the_same_host_and_port_is_own(self) -> None:
        for origin, host in (
            ("http://tick.example:8000", "tick.example:8000"),
            ("http://tick.example", "tick.example"),
            ("https://tick.example", "tick.example"),
            ("http://tick.example", "tick.example:80"),
            ("https://tick.example:443", "tick.example"),
            ("http://[::1]:8000", "[::1]:8000"),
            ("http://TICK.example:8000", "tick.EXAMPLE:8000"),
        ):
            self.assertTrue(is_own(origin, host), (origin, host))

    def test_a_page_of_another_host_or_port_is_not(self) -> None:
        for origin in (
            "http://evil.example:8000",
            "http://tick.example:8001",
            "http://tick.example",
            "http://tick.example.evil.example:8000",
            "null",
            "http://[",
            "http://tick.example:port",
            "file://",
            "chrome-extension://abc",
        ):
            self.assertFalse(is_own(origin, "tick.example:8000"), origin)

    def test_no_origin_is_a_script_and_fine(self) -> None:
        self.assertTrue(is_own("", "tick.example"))

    @override_settings(CSRF_TRUSTED_ORIGINS=["https://tick.example"])
    def test_a_trusted_origin_is_own_behind_a_proxy(self) -> None:
        self.assertTrue(is_own("https://tick.example", "10.0.0.5:8000"))


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
