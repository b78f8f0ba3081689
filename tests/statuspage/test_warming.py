"""The first post of an outage finds everything ready."""

import logging

import pytest

from incidents.models import Incident
from statuspage import warming
from statuspage.warming import warm_up


@pytest.mark.django_db(transaction=True)
def test_warming_up_renders_the_first_page_without_complaint(
    incident: Incident, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rendered: list[str] = []
    monkeypatch.setattr(warming, "render", lambda page, path, at: rendered.append(page.name))
    with caplog.at_level(logging.WARNING):
        warm_up().join(20)
    assert rendered == ["Example Mail"]
    assert not caplog.records


@pytest.mark.django_db(transaction=True)
def test_a_server_whose_warming_fails_starts_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise OSError("no templates")

    monkeypatch.setattr(warming, "channels", broken)
    warm_up().join(20)
    assert "Warming up failed" in caplog.text
