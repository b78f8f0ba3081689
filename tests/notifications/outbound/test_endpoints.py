"""A webhook's address is refused on the form, with the field and the reason."""

from ipaddress import ip_network

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from incidents.core.languages import SPOKEN
from notifications.outbound import endpoints, resolving
from notifications.outbound.endpoints import validate_url
from notifications.outbound.resolving import Resolver

REFUSED = """
http://127.0.0.1/ https://127.0.0.1/hook http://100.100.100.200/latest/meta-data
http://169.254.169.254/ http://2130706433/ http://0x7f000001/ http://0x7f.1/ http://0177.0.0.1/
http://017700000001/ http://127.1/ http://0/ http://127.0.0.1./ http://[::]/ http://[::1]/
http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[::127.0.0.1]/
http://[64:ff9b::a9fe:a9fe]/ http://[64:ff9b:1::1]/ http://[2002:7f00:1::]/
http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/ http://[fe80::1%25eth0]/ http://[fe80::1]/
http://[fd00:ec2::254]/ http://[fec0::1]/ http://[5f00::1]/ http://[3fff::1]/ http://[ff02::1]/
http://[100::1]/ http://[2001:db8::1]/ http://10.0.0.1/ http://172.16.0.1/ http://192.168.1.1/
http://192.88.99.1/ http://192.0.2.1/ http://198.18.0.1/ http://224.0.0.1/ http://255.255.255.255/
http://localhost/ http://localhost./ http://LOCALHOST/ http://printer/ http://db.internal/
http://nas.local/ http://x.localhost/ http://router.lan/ http://box.home.arpa/
http://user@example.com/ http://user:pw@example.com/ http://example.com@127.0.0.1/
http://127.0.0.1@example.com/ http://example.com:8080/ http://example.com:22/ https://8.8.8.8:8443/
http://example.com:99999/ http://example.com:x/ ftp://example.com/ file:///etc/passwd
gopher://example.com/ javascript:alert(1) //example.com/ example.com http:// http:/// https://?x
http://exa\\mple.com/ http://[::1 http://１２７.０.０.１/ http://127。0。0。1/ http://①②⑦.0.0.1/
http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/
""".split()


def public(_host: str, _port: int) -> list[str]:
    return ["93.184.215.14"]


def nowhere(_host: str, _port: int) -> list[str]:
    raise OSError("no such name")


def answer_with(monkeypatch: pytest.MonkeyPatch, resolver: Resolver) -> None:
    def vetted(host: str, port: int, **limits: object) -> list[str]:
        return original(host, port, **(limits | {"resolver": resolver}))  # type: ignore[arg-type]

    original = resolving.vetted
    monkeypatch.setattr(endpoints, "vetted", vetted)


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_off_the_public_web_is_refused_by_name_of_the_field(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, public)
    with pytest.raises(ValidationError) as refused:
        validate_url(url, "webhook", allow=())
    assert list(refused.value.message_dict) == ["webhook"]
    assert len(refused.value.message_dict["webhook"][0]) > 20


@pytest.mark.parametrize(
    "url", ["http://a b.example.com/", "http://example.com/\r\nX: y", "h" * 3000]
)
def test_spaces_line_breaks_and_endless_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        validate_url(url, allow=())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" https://Hooks.Example.com/a?b=c ", "https://hooks.example.com/a?b=c"),
        ("HTTPS://example.com:443/x", "https://example.com/x"),
        ("http://example.com:80", "http://example.com"),
        ("https://münchen.example/x#part", "https://xn--mnchen-3ya.example/x"),
        ("https://1.1.1.1/x", "https://1.1.1.1/x"),
        ("https://[2606:4700:4700::1111]/x", "https://[2606:4700:4700::1111]/x"),
    ],
)
def test_a_public_address_is_kept_in_one_form(
    typed: str, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, public)
    assert validate_url(typed, allow=()) == kept


def test_a_name_that_means_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, lambda host, port: ["93.184.215.14", "10.0.0.7"])
    with pytest.raises(ValidationError, match="private network"):
        validate_url("https://rebind.example.com/", allow=())


def test_a_name_that_does_not_resolve_yet_may_be_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, nowhere)
    assert validate_url("https://soon.example.com/", allow=()) == "https://soon.example.com/"
    with pytest.raises(ValidationError, match="80 and 443"):
        validate_url("https://soon.example.com:9000/", allow=())


def test_an_opened_network_is_reached_on_any_port() -> None:
    allow = (ip_network("127.0.0.0/8"),)
    assert validate_url("http://127.0.0.1:8025/x", allow=allow) == "http://127.0.0.1:8025/x"


def test_a_public_name_on_another_port_is_refused_for_its_port(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer_with(monkeypatch, public)
    with pytest.raises(ValidationError, match="80 and 443") as refused:
        validate_url("https://hooks.example.com:8443/", allow=())
    assert "public internet" not in str(refused.value)


@pytest.mark.parametrize("language", [code for code in SPOKEN if code != "en"])
def test_no_refusal_is_in_english_for_whoever_reads_another_language(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, public)
    for url in REFUSED:
        told = []
        for code in ("en", language):
            with override(code), pytest.raises(ValidationError) as refused:
                validate_url(url, allow=())
            told += refused.value.messages
        assert told[0] != told[1]
        assert "(" not in told[1]


def test_nobody_is_asked_for_a_name_that_is_not_to_be_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(_host: str, _port: int) -> list[str]:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr("socket.getaddrinfo", never)
    assert validate_url("https://Hooks.example.com", look_up=False) == "https://hooks.example.com"
    for refused in ("https://127.0.0.1/", "https://db.internal/", "https://example.com:8443/"):
        with pytest.raises(ValidationError):
            validate_url(refused, allow=(), look_up=False)
    opened = (ip_network("10.0.0.0/8"),)
    assert validate_url("https://hooks.example.com:8443/a", allow=opened, look_up=False)
