"""Addresses that mean loopback, a private network or the cloud's metadata, in every disguise."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Final

# The one address that the tests open, as if it were outside; the canary is at another.
OUTSIDE: Final = "127.0.0.99"
OPEN: Final = (ip_network(f"{OUTSIDE}/32"),)

PLAIN: Final = """
127.0.0.1 127.1.2.3 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1
100.100.100.200 100.127.255.254 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1
192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.168.255.255
192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1
255.255.255.255
""".split()
WRAPPED: Final = """
::1 :: ::2 ::127.0.0.1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:0:127.0.0.1
0:0:0:0:0:0:0:1 0000:0000:0000:0000:0000:0000:0000:0001 0:0:0:0:0:ffff:127.0.0.1
::ffff:169.254.169.254 ::ffff:10.0.0.1 ::ffff:192.168.0.1 ::ffff:8.8.8.8 64:ff9b::127.0.0.1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b::8.8.8.8 64:ff9b:1::1 64:ff9b:1::7f00:1 100::1
100:0:0:1::1 2001::1 2001:0:7f00:1::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1
2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe:: 2002:c0a8:101::1 2620:4f:8000::1 3fff::1
3fff:fff::1 4000::1 5f00::1 8000::1 fc00::1 fd00:ec2::254 fd12:3456::1 fe80::1 febf::1 fec0::1
feff::1 ff02::1 ff0e::1
""".split()
SPELT: Final = """
2130706433 0x7f000001 0x7f.1 0x7f.0.0.1 0x7f.0x0.0x0.0x1 017700000001 0177.1 0177.0.0.1
0177.0000.0000.0001 127.1 127.0.1 127.0x1 0 0x0 00 0.0 1.0.0.127.in-addr.localhost 127.0.0.1.
2130706433. 0x7f000001. 127.1. 2852039166 0xa9fea9fe 0251.0376.0251.0376 0xa9.0xfe.0xa9.0xfe
169.254.43518 167772161 0xc0a80001 3232235521 0x64.0x64.0x64.0xc8 1684301000 100.6579400
""".split()
WIDE: Final = """
１２７.０.０.１ 127。0。0。1 127．0．0．1 127｡0｡0｡1 ①②⑦.⓪.⓪.① ⑯⑨.②⑤④.⑯⑨.②⑤④ ⓛⓞⓒⓐⓛⓗⓞⓢⓣ ｌｏｃａｌｈｏｓｔ
""".split()
NAMED: Final = """
localhost LOCALHOST LocalHost localhost. sub.localhost a.b.localhost localhost.localdomain
ip6-localhost metadata.internal metadata.google.internal db.internal printer.local nas.lan
router.home.arpa rebind.example.com loop.example.com six.example.com mapped.example.com
meta.example.com private.example.com nat.example.com
""".split()
ODD: Final = (
    "http://example.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@loop.example.com/",
    "http://user:pw@127.0.0.1:{port}/",
    "http://user@loop.example.com:{port}/",
    "http://@127.0.0.1:{port}/",
    "http://loop.example.com:80@127.0.0.1:{port}/",
    "http://a:b@127.0.0.1:{port}@c/",
    "http://loop.example.com\\@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@loop.example.com/",
    "http://127.0.0.1:{port}#@loop.example.com/",
    "http://127.0.0.1:{port}?@loop.example.com/",
    "http:\\\\127.0.0.1:{port}\\",
    "http:/127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "http://///127.0.0.1:{port}/",
    "http://127.0.0.1 :{port}/",
    "http://127.0.0.1\t:{port}/",
    "http://127.0.0.1\r\n:{port}/",
    "http://127.0.0.1:{port}\r\nHost: example.com/",
    "http://127.0.0.1%00.example.com:{port}/",
    "http://127.0.0.1%2eexample.com:{port}/",
    "http://%31%32%37.0.0.1:{port}/",
    "http://127.0.0.1%23.example.com:{port}/",
    "http://[::1%25lo]:{port}/",
    "http://[::1%lo]:{port}/",
    "http://[fe80::1%25eth0]:{port}/",
    "http://[::1:{port}/",
    "http://::1:{port}/",
    "http://[127.0.0.1]:{port}/",
    "http://[v1.127.0.0.1]:{port}/",
    "HTTP://127.0.0.1:{port}/",
    "hTTps://127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}",
    "127.0.0.1:{port}/http://loop.example.com/",
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_x",
    "dict://127.0.0.1:{port}/x",
    "file:///etc/passwd",
    "ldap://127.0.0.1:{port}/",
    "telnet://127.0.0.1:{port}/",
    "ws://127.0.0.1:{port}/",
    "jar:http://127.0.0.1:{port}!/",
    "javascript:alert(1)",
    "data:text/plain,x",
    "http://127.0.0.1:0{port}/",
    "http://127.0.0.1:+{port}/",
    "http://127.0.0.1:{port}:80/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:/",
    "",
    " ",
)
# What these names mean to the name server of an attacker.
MEANINGS: Final = {
    "rebind.example.com": ["93.184.215.14", "127.0.0.1"],
    "loop.example.com": ["127.0.0.1"],
    "six.example.com": ["::1"],
    "mapped.example.com": ["::ffff:127.0.0.1"],
    "meta.example.com": ["169.254.169.254"],
    "private.example.com": ["10.0.0.7"],
    "nat.example.com": ["64:ff9b::a9fe:a9fe"],
}


def urls(port: int) -> list[str]:
    """Every form, leading to a port."""
    hosts = [*PLAIN, *SPELT, *WIDE, *NAMED, *(f"[{address}]" for address in WRAPPED)]
    return [f"http://{host}:{port}/" for host in hosts] + [odd.format(port=port) for odd in ODD]


def resolver(host: str, port: int) -> list[str]:
    """A name server under an attacker's thumb; what is no name is read as the C library does."""
    bare = host.lower().rstrip(".")
    if bare in MEANINGS:
        return MEANINGS[bare]
    if bare.endswith(("localhost", "localdomain", "internal", "local", "lan", "arpa")):
        return ["127.0.0.1"]
    try:
        return [str(IPv4Address(socket.inet_aton(host.encode("idna").decode())))]
    except (OSError, UnicodeError):
        return [str(IPv6Address(bare))] if ":" in bare else _nobody(host)


def _nobody(host: str) -> list[str]:
    raise OSError(f"no such name: {host}")
