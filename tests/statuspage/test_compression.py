"""What Django answers by itself is compressed for whoever asks, with validators that still fit."""

import gzip
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from incidents.models import Incident

PAGE, JSON = "/", "/api/v2/summary.json"


@pytest.fixture(autouse=True)
def _nothing_ages(at: datetime) -> Iterator[None]:
    """A page says how old things are, so two readers compare only within one second."""
    with time_machine.travel(at, tick=False):
        yield


def get(client: Client, path: str, accepted: str = "gzip", tag: str = "") -> Any:
    return client.get(path, headers={"accept-encoding": accepted, "if-none-match": tag})


@pytest.mark.parametrize("path", [PAGE, JSON])
def test_it_is_compressed_for_whoever_asks(client: Client, incident: Incident, path: str) -> None:
    plain, packed = get(client, path, "identity"), get(client, path)
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Content-Length"] == str(len(packed.content))
    assert len(packed.content) < len(plain.content) / 2
    assert "Content-Encoding" not in plain
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize("path", [PAGE, JSON])
def test_its_validator_is_weak_and_still_known_again(
    client: Client, incident: Incident, path: str
) -> None:
    plain, packed = get(client, path, "identity"), get(client, path)
    assert packed["ETag"] == f"W/{plain['ETag']}"
    for accepted in ("gzip", "identity"):
        again = get(client, path, accepted, packed["ETag"])
        assert (again.status_code, again.content) == (304, b"")


def test_what_is_short_stays_as_it_is(client: Client, db: None) -> None:
    answer = get(client, "/livez")
    assert "Content-Encoding" not in answer
    assert "Vary" not in answer
