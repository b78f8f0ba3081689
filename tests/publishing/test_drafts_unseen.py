"""What is drafted, private or not yet translated: visible nowhere, or said to be missing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from incidents.models import (
    Announcement,
    Draft,
    Incident,
    IncidentTemplate,
    Page,
    PrivateNote,
    Update,
    UpdateText,
)
from notifications.models import KeptMail
from people.actors import Actor

MARKER = "zebra-7f3a"
HOUR = timedelta(hours=1)


def doors(incident: Incident) -> list[str]:
    """Every public address that could tell of an incident."""
    name = incident.public_id
    v2 = ("summary", "status", "components", "incidents", "incidents/unresolved",
          "scheduled-maintenances", "scheduled-maintenances/upcoming")  # fmt: skip
    api = (f"incidents/{name}", f"incidents/{name}/updates", "pages/mail/incidents",
           "pages/mail/maintenances", "pages/mail/status")  # fmt: skip
    return [
        "/", f"/incidents/{name}/", "/history/", "/history.atom", "/history.rss",
        "/search/?q=zebra", *[f"/api/v2/{each}.json" for each in v2],
        *[f"/api/v3/{each}" for each in api],
    ]  # fmt: skip


@pytest.fixture
def hidden(incident: Incident, by: Actor, at: datetime) -> Incident:
    """An incident with everything beside it that nobody outside may see."""
    page = incident.page
    pen: dict[str, Any] = {"by": by, "at": at + timedelta(minutes=1)}
    Draft.keep(page, "update", {"body": MARKER, "headline": MARKER}, incident=incident, **pen)
    for kind in ("incident", "announcement", "maintenance"):
        draft = Draft.keep(page, kind, {"title": MARKER, "body": MARKER}, **pen)
        draft.schedule(at + 9 * HOUR, **pen)
    IncidentTemplate.write(page, name=MARKER, kind="update", body=MARKER, **pen)
    PrivateNote.write(incident, MARKER, **pen)
    return incident


def test_nothing_of_it_is_behind_any_public_door(
    hidden: Incident, at: datetime, client: Client
) -> None:
    with time_machine.travel(at + 2 * HOUR, tick=False):
        for address in doors(hidden):
            answer: Any = client.get(address)
            assert answer.status_code == 200, address
            assert MARKER not in answer.content.decode(), address


def test_nothing_of_it_is_mailed_or_kept_in_the_journal(hidden: Incident, page: Page) -> None:
    assert not KeptMail.objects.filter(subject__icontains=MARKER).exists()
    journal = page.events.values_list("before", "after", "object_id", "kind")
    assert MARKER not in str([row for row in journal if row[3] != "template.written"])


def test_what_is_pinned_stands_below_what_is_broken_and_above_other_news_until_it_ends(
    page: Page, incident: Incident, by: Actor, at: datetime, client: Client
) -> None:
    Announcement.publish(page, title="Plain news", body="B", by=by, at=at)
    Announcement.publish(
        page, title="Pinned news", body="B", pinned=True, ends_at=at + 2 * HOUR, by=by, at=at
    )
    with time_machine.travel(at + HOUR, tick=False):
        shown = client.get("/").content.decode()
    order = [
        shown.index(each) for each in ("state__word", "outage__parts", "Pinned news", "Plain news")
    ]
    assert order == sorted(order)
    Announcement.end_due(at=at + 2 * HOUR)
    with time_machine.travel(at + 2 * HOUR, tick=False):
        assert "pinned" not in client.get("/").content.decode()


def test_a_translation_is_shown_with_its_language_and_what_is_missing(
    page: Page, incident: Incident, by: Actor, at: datetime, client: Client
) -> None:
    page.change(languages=["de", "ar", "sw"], by=by, at=at)
    incident.refresh_from_db()
    update = incident.updates.get()
    UpdateText.write(update, "de", body="Wir *prüfen* das.", by=by, at=at + HOUR)
    UpdateText.write(update, "sw", body="Tunaangalia.", by=by, at=at + HOUR)
    Update.post(incident, body="A disk.", by=by, at=at + HOUR)
    with time_machine.travel(at + 2 * HOUR, tick=False):
        shown = client.get(f"/incidents/{incident.public_id}/").content.decode()
        told = client.get(f"/api/v3/incidents/{incident.public_id}/updates").json()
    assert '<details class="said-in" lang="de" dir="auto">' in shown
    assert "Wir <em>prüfen</em> das." in shown
    assert shown.count("Not yet in Kiswahili; shown in English.") == 1
    # The page exists in German, and says there what is not.
    assert "Not yet in Deutsch" not in shown
    assert [len(update["texts"]) for update in told["items"]] == [0, 2]
