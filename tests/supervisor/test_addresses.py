from __future__ import annotations

import socket
from pathlib import Path

import psutil
import pytest

from ticks.supervisor.addresses import allowed_hosts, in_url, listen, own_addresses, urls
from ticks.supervisor.part import StartError

PATIENCE_S = 60


class TestListen:
    def test_port_0_is_any_free_one(self) -> None:
        with listen("127.0.0.1", 0) as listener:
            assert listener.getsockname()[1] > 0
            with socket.create_connection(listener.getsockname(), timeout=PATIENCE_S):
                pass

    def test_a_port_in_use_is_said(self) -> None:
        with listen("127.0.0.1", 0) as listener:
            port = listener.getsockname()[1]
            with pytest.raises(StartError, match=rf"127\.0\.0\.1:{port} is in use"):
                listen("127.0.0.1", port)

    def test_a_name_is_taken_as_ipv4(self) -> None:
        with listen("localhost", 0) as listener:
            assert listener.getsockname()[0] == "127.0.0.1"

    @pytest.mark.parametrize("host", ["no.such.host.invalid", "300.1.1.1", "a..b", "x" * 80])
    def test_what_is_no_address_is_said(self, host: str) -> None:
        with pytest.raises(StartError, match="neither an address nor a name"):
            listen(host, 0)

    def test_an_address_of_another_machine_is_said(self) -> None:
        with pytest.raises(StartError, match="does not have the address"):
            listen("192.0.2.77", 0)

    @pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="no IPv6 here")
    def test_ipv6_and_its_wildcard_which_takes_ipv4_too(self) -> None:
        listener = listen("::", 0)
        with listener, socket.create_connection(("127.0.0.1", listener.getsockname()[1]), timeout=PATIENCE_S):
            pass


class TestHosts:
    def test_at_loopback_this_machine_is_meant(self) -> None:
        hosts = allowed_hosts("127.0.0.1", "127.0.0.1", ["x.example"], {})
        assert hosts == ["localhost", "127.0.0.1", "[::1]", socket.gethostname(), "x.example"]

    def test_at_a_wildcard_all_its_addresses_count(self) -> None:
        hosts = allowed_hosts("0.0.0.0", "0.0.0.0", [], {})
        assert set(own_addresses("0.0.0.0")) <= set(hosts)
        assert "127.0.0.1" in own_addresses("0.0.0.0")

    def test_the_environment_wins_and_options_add(self) -> None:
        environ = {"ALLOWED_HOSTS": "a.example, b.example,"}
        assert allowed_hosts("0.0.0.0", "0.0.0.0", ["c.example"], environ) == ["a.example", "b.example", "c.example"]

    def test_ipv6_is_in_brackets_and_without_zone(self) -> None:
        assert in_url("fe80::1%eth0") == "[fe80::1]"
        assert in_url("10.0.0.1") == "10.0.0.1"
        assert urls("::1", 80) == ["http://[::1]:80/"]

    def test_at_a_wildcard_the_addresses_that_others_reach_come_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        entries = [
            psutil._ntuples.snicaddr(family, address, None, None, None)
            for family, address in (
                (socket.AF_INET, "127.0.0.1"),
                (socket.AF_INET6, "fe80::1%eth0"),
                (socket.AF_INET6, "2001:db8::1"),
                (socket.AF_INET, "10.0.0.1"),
            )
        ]
        monkeypatch.setattr(psutil, "net_if_addrs", lambda: {"eth0": entries})
        assert urls("0.0.0.0", 80) == ["http://10.0.0.1:80/", "http://127.0.0.1:80/"]
        assert urls("::", 80) == ["http://10.0.0.1:80/", "http://[2001:db8::1]:80/", "http://127.0.0.1:80/"]
        assert "[fe80::1]" in allowed_hosts("::", "::", [], {})
