"""Which headers are believed: those of proxies that were named, and nobody else's."""

from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from incidents.models import Page
from statuspage.middleware import FORWARDED, trust_proxies

PROXY, READER, OTHER = "10.0.0.1", "192.0.2.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def _two_proxies(settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48")]


def passed(remote: str, **headers: str) -> HttpRequest:
    """Return the request as the product sees it."""
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers)
    seen: list[HttpRequest] = []

    def respond(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    trust_proxies(respond)(request)
    return seen[0]


def test_a_named_proxy_says_who_the_reader_is() -> None:
    request = passed(PROXY, **{"X-Forwarded-For": READER, "X-Forwarded-Proto": "https"})
    assert request.META["REMOTE_ADDR"] == READER
    assert request.META["HTTP_X_FORWARDED_PROTO"] == "https"


def test_a_stranger_is_believed_nothing() -> None:
    request = passed(
        OTHER, **{"X-Forwarded-For": READER, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "x"}
    )
    assert request.META["REMOTE_ADDR"] == OTHER
    assert not set(FORWARDED) & set(request.META)


def test_what_the_reader_wrote_into_the_chain_is_not_believed() -> None:
    request = passed(PROXY, **{"X-Forwarded-For": f"{OTHER}, {READER}, 10.0.0.2"})
    assert request.META["REMOTE_ADDR"] == READER


def test_a_chain_of_our_own_proxies_ends_at_the_nearest() -> None:
    for chain in ("", " , ", "10.0.0.2, 10.0.0.3"):
        assert passed(PROXY, **{"X-Forwarded-For": chain}).META["REMOTE_ADDR"] == PROXY


@pytest.mark.parametrize("junk", ["unknown", "x" * 500, "192.0.2.7:443", "<script>"])
def test_what_is_no_address_is_never_taken_for_one(junk: str) -> None:
    assert passed(PROXY, **{"X-Forwarded-For": junk}).META["REMOTE_ADDR"] == PROXY


def test_addresses_of_version_6_count_too() -> None:
    request = passed("2001:db8:1::1", **{"X-Forwarded-For": "2001:DB8:2::7"})
    assert request.META["REMOTE_ADDR"] == "2001:db8:2::7"


def test_a_proxy_that_comes_over_a_version_6_socket_is_known() -> None:
    request = passed("::ffff:10.0.0.1", **{"X-Forwarded-For": f"::ffff:{READER}"})
    assert request.META["REMOTE_ADDR"] == READER


def test_without_an_address_nobody_is_trusted() -> None:
    assert "HTTP_X_FORWARDED_PROTO" not in passed("", **{"X-Forwarded-Proto": "https"}).META


def test_without_proxies_everybody_is_a_stranger(settings: Any) -> None:
    settings.TRUSTED_PROXIES = []
    assert passed(PROXY, **{"X-Forwarded-For": READER}).META["REMOTE_ADDR"] == PROXY


@pytest.mark.parametrize("length", ["1048577", "9" * 5000])
def test_no_large_file_is_taken_from_anybody(client: Client, page: Page, length: str) -> None:
    kind = "multipart/form-data; boundary=x"
    answer = client.post("/subscribe/", b"--x", content_type=kind, CONTENT_LENGTH=length)
    assert answer.status_code == 413
    assert "a picture may have 512 KB" in answer.content.decode()


def test_a_small_form_in_parts_is_taken(client: Client, page: Page) -> None:
    assert client.post("/subscribe/", {"email": "nobody"}).status_code == 422
