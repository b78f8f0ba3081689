"""Without its record the site says so in kind words, and loses nothing that was typed."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from incidents.models import Incident, Page
from people.actors import Actor
from publishing.published.publisher import Publisher
from publishing.site import choose


@pytest.fixture
def reader() -> Client:
    """Somebody whose client shows what the server answers, not what it stumbled over."""
    return Client(raise_request_exception=False)


@pytest.fixture
def dark(
    page: Page, incident: Incident, by: Actor, at: datetime, tmp_path: Path, settings: Settings
) -> Iterator[None]:
    """A page that was published, and a database that is out of reach since."""
    page.change(languages=["de"], support_url="https://help.example.com/", by=by, at=at)
    settings.PUBLISHED_DIR = tmp_path
    Publisher(tmp_path, lambda: at).publish([page])

    def refuse(*_args: Any) -> None:
        raise OperationalError("the database is gone")

    with connection.execute_wrapper(refuse):
        yield


def test_a_form_keeps_what_was_typed_and_says_when_to_come_again(
    dark: None, reader: Client
) -> None:
    typed = {"email": "reader@example.com", "components": ["a", "b"], "password": "hidden"}
    response = reader.post("/subscribe/", typed)
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "no-store" in response["Cache-Control"]
    text = response.content.decode()
    assert 'value="reader@example.com"' in text
    assert text.count('name="components"') == 2
    assert "hidden" not in text.replace('type="hidden"', "")
    assert "Example Mail" in text


def test_it_is_said_in_the_language_of_the_address(dark: None, reader: Client) -> None:
    text = reader.post("/de/subscribe/", {"email": "x"}).content.decode()
    assert '<html lang="de"' in text


def test_the_search_still_finds(dark: None, reader: Client) -> None:
    response = reader.get("/search/?q=mail+cannot+be+read")
    assert response.status_code == 200
    assert "Mail cannot be read" in response.content.decode()


def test_programs_read_a_problem(dark: None, reader: Client) -> None:
    response = reader.get("/api/v3/pages", headers={"authorization": "Bearer candor_x"})
    assert response.status_code == 503
    assert response["Content-Type"].startswith("application/problem+json")


def test_the_page_is_known_without_a_database(dark: None) -> None:
    found = choose("localhost", None)
    assert found is not None
    assert (found.name, found.languages) == ("Example Mail", ["de"])
    assert choose("localhost", "nobody") is None


def test_a_mistake_of_our_own_is_no_passing_trouble(
    page: Page, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_args: Any) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr("publishing.subscriptions.subscribing.page_of", stumble)
    assert reader.get("/subscribe/").status_code == 500
