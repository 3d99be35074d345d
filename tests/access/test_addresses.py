from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticks.access.addresses import UNKNOWN, client_address, network

PROXY = "10.0.0.1"
ADDRESSES = st.ip_addresses(v=4).map(str)


@pytest.mark.parametrize(
    ("forwarded", "hops", "found"),
    [
        ("1.1.1.1", 0, PROXY),
        ("", 1, PROXY),
        ("1.1.1.1", 1, "1.1.1.1"),
        ("6.6.6.6, 1.1.1.1", 1, "1.1.1.1"),
        ("6.6.6.6, 1.1.1.1, 10.0.0.2", 2, "1.1.1.1"),
        ("1.1.1.1", 3, "1.1.1.1"),
        ("6.6.6.6, nonsense", 1, PROXY),
        ("nonsense, 10.0.0.2", 2, "10.0.0.2"),
        ("6.6.6.6,", 1, PROXY),
        ("1.1.1.1:4711", 1, "1.1.1.1"),
        ("[2001:db8::1]:4711", 1, "2001:db8::1"),
        ('"[2001:db8::1]"', 1, "2001:db8::1"),
        ("2001:db8::1", 1, "2001:db8::1"),
        ("::ffff:1.1.1.1", 1, "1.1.1.1"),
        ("[]:1", 1, PROXY),
        ("unknown", 1, PROXY),
        ("_hidden", 1, PROXY),
    ],
)
def test_so_many_proxies_are_believed_and_no_more(forwarded: str, hops: int, found: str) -> None:
    assert client_address(PROXY, forwarded, hops) == found


def test_all_whose_address_nobody_knows_count_as_one() -> None:
    for peer in (None, "", "/run/socket"):
        assert client_address(peer, "", 0) == UNKNOWN
        assert client_address(peer, "nonsense", 2) == UNKNOWN
        assert client_address(peer, "1.1.1.1", 1) == "1.1.1.1"
    assert network(UNKNOWN) == UNKNOWN


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("1.1.1.1", "1.1.1.1"),
        ("::ffff:1.1.1.1", "1.1.1.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_ipv6_counts_by_the_64_and_ipv4_by_the_address(address: str, one: str) -> None:
    assert network(address) == one


@given(st.lists(ADDRESSES, max_size=5), st.lists(ADDRESSES, min_size=1, max_size=4))
def test_what_a_client_writes_itself_changes_nothing(written: list[str], added: list[str]) -> None:
    """The last of `added` was written by the nearest proxy, and so on: the first one is the client."""
    forwarded = ", ".join([*written, *added])
    assert client_address(PROXY, forwarded, len(added)) == added[0]


@given(st.text(max_size=80), st.integers(0, 5))
def test_whatever_is_forwarded_it_is_counted(forwarded: str, hops: int) -> None:
    assert network(client_address(PROXY, forwarded, hops)) not in ("", UNKNOWN)
