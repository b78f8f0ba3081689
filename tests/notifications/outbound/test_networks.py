"""Which addresses may be called: every range by name, in every spelling."""

from ipaddress import ip_network

import pytest

from notifications.outbound.networks import classify, literal

BAD = """
0.0.0.0 0.255.255.255 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255
127.0.0.1 127.1.2.3 127.255.255.254 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255
192.0.0.1 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1
192.168.255.255 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.9 224.0.0.1
239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
64:ff9b::169.254.169.254 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1 100:0:0:1::1 2001::1
2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:db8::1
2002:7f00:1:: 2002:c0a8:101::1 2620:4f:8000::1 3fff::1 4000::1 5f00::1 8000::1 fc00::1
fd00:ec2::254 fd12:3456::1 fe80::1 fe80::1%eth0 febf::1 fec0::1 ff02::1 ff0e::1
""".split()

GOOD = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1
169.253.255.255 169.255.0.1 172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255 198.17.255.255
198.20.0.1 223.255.255.255 2001:4860:4860::8888 2606:4700:4700::1111 2a00:1450:4001::1
""".split()

SPELLINGS = {
    "2130706433": "127.0.0.1",
    "0x7f000001": "127.0.0.1",
    "0x7f.1": "127.0.0.1",
    "017700000001": "127.0.0.1",
    "0177.0.0.1": "127.0.0.1",
    "127.1": "127.0.0.1",
    "127.0.1": "127.0.0.1",
    "127.0.0.1.": "127.0.0.1",
    "0": "0.0.0.0",
    "0x64.0x64.0x64.0xc8": "100.100.100.200",
    "1684301000": "100.100.100.200",
    "[::1]": "::1",
    "[::]": "::",
}


@pytest.mark.parametrize("address", BAD)
def test_an_address_off_the_public_internet_is_refused_with_a_reason(address: str) -> None:
    assert classify(address)


@pytest.mark.parametrize("address", GOOD)
def test_a_public_address_is_let_through(address: str) -> None:
    assert classify(address) is None


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_other_spellings_of_an_address_are_recognised(spelling: str) -> None:
    assert str(literal(spelling)) == SPELLINGS[spelling]


@pytest.mark.parametrize("name", ["example.com", "7-eleven.example.com", "", "1e100.net", "0xzz"])
def test_a_name_is_no_address(name: str) -> None:
    assert literal(name) is None


def test_an_operator_may_open_a_network() -> None:
    allow = (ip_network("10.1.0.0/16"),)
    assert classify("10.1.2.3", allow) is None
    assert classify("10.2.0.1", allow) == "private network"
    assert classify("fd00::1", allow) == "private network"
