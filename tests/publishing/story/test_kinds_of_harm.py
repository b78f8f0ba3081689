"""What kind of harm it was stands there where somebody said so, and nowhere else."""

from datetime import datetime, timedelta

import pytest

from incidents.models import Component, ImpactWindow, Incident, Page
from people.actors import Actor
from publishing.rendering import render

HOUR = timedelta(hours=1)


def seen(page: Page, path: str, at: datetime) -> str:
    page = Page.objects.get(pk=page.pk)
    return " ".join(render(page, path, at).body.decode().split())


@pytest.fixture
def told(page: Page, mailstore: Component, component: Component, by: Actor, at: datetime) -> str:
    """The page of an incident with a level that was set, and a kind that was named."""
    incident = Incident.open(
        page, title="Trouble", body="x", levels={mailstore: "partial_outage"}, by=by, at=at
    )
    ImpactWindow.record(
        component, incident=incident, level="partial_outage", kind="delayed", start=at, by=by,
        at=at, share_percent=20,
    )  # fmt: skip
    return incident.public_path


@pytest.mark.parametrize("feed", [False, True])
def test_what_goes_without_saying_is_not_said(
    page: Page, told: str, at: datetime, feed: bool
) -> None:
    text = seen(page, "history.atom" if feed else told, at + HOUR)
    assert "Unavailable" not in text
    assert "Delayed" in text
    assert "20" in text


def test_a_correction_does_not_say_it_either(
    page: Page, told: str, by: Actor, at: datetime
) -> None:
    window = ImpactWindow.objects.get(kind="unavailable")
    window.supersede(
        level="degraded_performance", kind="degraded", because="Half.", by=by, at=at + HOUR
    )
    text = seen(page, told, at + HOUR)
    assert "was <s>Partial outage</s>, now Degraded performance" in text
    assert "Unavailable" not in text
