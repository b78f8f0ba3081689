"""Drafts, templates, remarks and translations at the desk; nothing typed is ever lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import (
    Announcement,
    Component,
    Draft,
    Incident,
    IncidentTemplate,
    Maintenance,
    Page,
    PrivateNote,
    UpdateText,
)
from people.actors import Actor
from tests.console.screens import at_incident, refused, stored, text_of


def later(hours: int) -> dict[str, str]:
    """What the inputs of “Publish later at” hold."""
    moment = timezone.now() + timedelta(hours=hours)
    return {"publish_at": f"{moment:%Y-%m-%dT%H:%M}", "publish_at_zone": "UTC"}


def test_an_incident_is_kept_unfinished_then_published(
    desk: Client, page: Page, mailstore: Component
) -> None:
    stored(
        desk,
        "/console/mail/incidents/open/",
        {
            "draft": "1",
            "body": "We **look**.",
            f"levels-{mailstore.public_id}": "major_outage",
            "next_update_due": "60",
        },
    )
    draft = Draft.objects.get()
    assert not Incident.objects.exists()
    assert draft.content["next_update_minutes"] == 60
    assert "next_update_due" not in draft.content
    screen = text_of(desk.get(f"/console/mail/drafts/{draft.public_id}/"))
    assert "We **look**." in screen
    assert '<option value="60" selected>' in screen
    typed = {
        "title": "Mail is down", "body": "We **look**.", "status": "investigating",
        "next_update_due": "60", "notify": "on", "seen": "1",
    }  # fmt: skip
    address = f"/console/mail/drafts/{draft.public_id}/"
    stored(desk, address, typed | {"publish": "1"})
    incident = Incident.objects.get()
    assert (incident.title, incident.updates.get().author) == ("Mail is down", "Alice")
    assert desk.get(address).status_code == 404


def test_publishing_an_unfinished_draft_says_what_is_missing(desk: Client, page: Page) -> None:
    stored(desk, "/console/mail/incidents/open/", {"draft": "1", "body": "We look."})
    address = f"/console/mail/drafts/{Draft.objects.get().public_id}/"
    body = refused(desk, address, {"body": "Still typed.", "publish": "1"}, "title")
    assert "Still typed." in body
    answer = desk.post(f"{address}publish/")
    assert answer.status_code == 303
    assert "Write something here." in text_of(desk.get(answer["Location"]))


def test_an_update_is_published_later(desk: Client, incident: Incident) -> None:
    typed = {"body": "Tomorrow we move.", "status": "identified", "notify": "on"}
    stored(desk, at_incident(incident, "updates/"), typed | later(3))
    draft = Draft.objects.get()
    assert draft.publish_at is not None
    assert incident.updates.count() == 1
    listed = text_of(desk.get("/console/mail/drafts/"))
    assert "“Tomorrow” will mean another day" in listed
    assert "to be published" in listed
    assert draft.title in text_of(desk.get(at_incident(incident)))
    stored(desk, f"/console/mail/drafts/{draft.public_id}/", typed | {"seen": "1"})
    draft.refresh_from_db()
    assert draft.publish_at is None


def test_a_time_in_the_past_is_refused_with_what_was_typed(
    desk: Client, incident: Incident
) -> None:
    typed = {"body": "Kept words.", "status": "identified"} | later(-3)
    body = refused(desk, at_incident(incident, "updates/"), typed, "publish_at")
    assert "Kept words." in body
    assert not Draft.objects.exists()


def test_what_failed_is_listed_with_its_reason(desk: Client, incident: Incident, by: Actor) -> None:
    now = timezone.now()
    draft = Draft.keep(
        incident.page, "update", {"body": "x", "status": "identified"}, incident=incident,
        by=by, at=now,
    )  # fmt: skip
    draft.schedule(now + timedelta(minutes=1), by=by, at=now)
    incident.resolve(body="Over.", by=by, at=now)
    Draft.publish_due(at=now + timedelta(minutes=2))
    for address in ("/console/mail/drafts/", f"/console/mail/drafts/{draft.public_id}/"):
        assert "Not published:" in text_of(desk.get(address))


def test_a_resolution_an_announcement_and_a_maintenance_are_drafted(
    desk: Client, incident: Incident, mailstore: Component
) -> None:
    stored(desk, at_incident(incident, "resolve/"), {"draft": "1", "body": "Over."})
    stored(desk, "/console/mail/announcements/add/", {"draft": "1", "title": "New", "pinned": "on"})
    stored(desk, "/console/mail/maintenance/announce/", {"draft": "1", "title": "Disks"})
    kinds = {draft.kind: draft.content for draft in Draft.objects.all()}
    assert kinds["update"]["status"] == "resolved"
    assert kinds["announcement"]["pinned"] is True
    assert kinds["maintenance"]["title"] == "Disks"
    for draft in Draft.objects.all():
        assert desk.get(f"/console/mail/drafts/{draft.public_id}/").status_code == 200
    Draft.objects.get(kind="update").publish(**pen())
    incident.refresh_from_db()
    assert incident.status == "resolved"
    assert not Announcement.objects.exists()
    assert not Maintenance.objects.exists()


def test_a_draft_is_discarded(desk: Client, page: Page, by: Actor) -> None:
    draft = Draft.keep(page, "announcement", {"title": "x"}, by=by, at=timezone.now())
    desk.post(f"/console/mail/drafts/{draft.public_id}/discard/")
    assert not Draft.objects.exists()


def test_two_at_one_draft_see_both(desk: Client, page: Page, by: Actor) -> None:
    draft = Draft.keep(page, "announcement", {"title": "x", "body": "First."}, **pen())
    draft.change({"title": "x", "body": "Bob's words."}, **pen())
    address = f"/console/mail/drafts/{draft.public_id}/"
    body = refused(desk, address, {"title": "x", "body": "Mine.", "seen": "1"}, "body", clash=True)
    assert "Bob's words." in body
    assert 'value="2"' in body
    stored(desk, address, {"title": "x", "body": "Mine.", "seen": "2"})
    draft.refresh_from_db()
    assert draft.content["body"] == "Mine."


def pen() -> dict[str, Any]:
    """Somebody else's hand."""
    return {"by": Actor.system("Bob", "console"), "at": timezone.now()}


def test_templates_are_written_chosen_and_removed(
    desk: Client, page: Page, incident: Incident, mailstore: Component
) -> None:
    typed = {
        "name": "It is down", "kind": "update", "body": "{{components}} of {{page}} is down.",
        "status": "identified", "notify": "on", "next_update_minutes": "45",
    }  # fmt: skip
    stored(desk, "/console/mail/templates/add/", typed)
    template = IncidentTemplate.objects.get()
    assert "It is down" in text_of(desk.get(at_incident(incident)))
    screen = text_of(desk.get(at_incident(incident) + f"?template={template.public_id}"))
    assert "Mailstore of Example Mail is down." in screen
    assert '<option value="45" selected>' in screen
    assert '<option value="identified" selected>' in screen
    body = refused(
        desk, f"/console/mail/templates/{template.public_id}/", typed | {"body": "{{nope}}"}, "body"
    )
    assert "“{{nope}}” is not known; there are {{page}}" in body
    desk.post(f"/console/mail/templates/{template.public_id}/remove/")
    assert not IncidentTemplate.objects.exists()
    assert desk.get(at_incident(incident) + "?template=nope").status_code == 404


def test_a_template_fills_a_new_incident(desk: Client, page: Page, mailstore: Component) -> None:
    template = IncidentTemplate.write(
        page, name="Down", kind="incident", title="{{component}} is down", body="We look.",
        levels={mailstore.public_id: "major_outage"}, notify=False, **pen(),
    )  # fmt: skip
    screen = text_of(desk.get(f"/console/mail/incidents/open/?template={template.public_id}"))
    assert 'value="Mailstore is down"' in screen
    assert '<option value="major_outage" selected>' in screen
    assert 'name="notify" id="id_notify" checked' not in screen


def test_colleagues_leave_notes(desk: Client, incident: Incident) -> None:
    stored(desk, at_incident(incident, "private/add/"), {"body": "Ask *Bob*."})
    assert "Ask <em>Bob</em>." in text_of(desk.get(at_incident(incident)))
    note = PrivateNote.objects.get()
    desk.post(at_incident(incident, f"private/{note.public_id}/remove/"))
    assert not PrivateNote.objects.exists()
    refused(desk, at_incident(incident, "private/add/"), {"body": " "}, "body")


def settings_shown(desk: Client) -> dict[str, Any]:
    """The settings as the form shows them."""
    screen: Any = desk.get("/console/mail/settings/")
    values = {field.html_name: field.value() for field in screen.context["form"]}
    return {name: value for name, value in values.items() if value or type(value) is int}


def test_an_update_is_translated(desk: Client, incident: Incident) -> None:
    typed = settings_shown(desk) | {"languages": "de, fr"}
    stored(desk, "/console/mail/settings/", typed)
    address = at_incident(incident, f"updates/{incident.updates.get().public_id}/languages/de/")
    assert "We are looking into it." in text_of(desk.get(address))
    stored(desk, address, {"body": "Wir prüfen das."})
    assert UpdateText.objects.get().language == "de"
    assert "Wir prüfen das." in text_of(desk.get(at_incident(incident)))
    assert desk.get(address.replace("/de/", "/it/")).status_code == 404
    wrong = settings_shown(desk) | {"languages": "zz"}
    body = refused(desk, "/console/mail/settings/", wrong, "languages")
    assert "“zz” is no language" in body
    stored(desk, "/console/mail/settings/", settings_shown(desk) | {"languages": "pt_BR, UK"})
    assert Page.objects.get().languages == ["pt-br", "uk"]
    shown = text_of(desk.get("/console/mail/settings/"))
    assert "pt-br (Português Brasileiro)" in shown
    assert "Deutsch" in shown


def test_an_announcement_is_pinned_and_placed(desk: Client, page: Page) -> None:
    typed = {"title": "New prices", "body": "From May.", "pinned": "on"}
    stored(desk, "/console/mail/announcements/add/", typed)
    entry = Announcement.objects.get()
    assert entry.pinned
    moment = timezone.now() + timedelta(hours=2)
    ends = {"ends_at": f"{moment:%Y-%m-%dT%H:%M}", "ends_at_zone": "UTC"}
    stored(desk, at_incident(entry, "place/"), ends)
    placed = Announcement.objects.get()
    assert not placed.pinned
    assert placed.ends_at is not None


@pytest.mark.parametrize("as_htmx", [False, True])
def test_two_summaries_are_shown_side_by_side(
    desk: Client, incident: Incident, as_htmx: bool
) -> None:
    address = at_incident(incident, "summary/")
    seen = str(desk.get(address).context["form"].initial["seen"])
    incident.summarise("Bob's summary.", **pen())
    headers = {"HX-Request": "true"} if as_htmx else {}
    answer: Any = desk.post(address, {"summary": "My summary.", "seen": seen}, headers=headers)
    body = text_of(answer)
    assert answer.status_code == 422
    assert "Bob changed this while you were writing" in body
    assert body.count("My summary.") >= 2
    assert "Bob's summary." in body
    again = str(answer.context["form"]["seen"].value())
    assert again != seen
    stored(desk, address, {"summary": "My summary.", "seen": again})
    incident.refresh_from_db()
    assert incident.summary == "My summary."


def test_an_update_that_came_between_is_read_first(desk: Client, incident: Incident) -> None:
    address = at_incident(incident, "updates/")
    screen: Any = desk.get(at_incident(incident))
    assert screen.context["form"]["after"].value() == 1
    typed = {"body": "Mine.", "status": "identified", "after": "1"}
    incident.resolve(body="Bob resolved it.", **pen())
    typed["status"] = "resolved"
    body = refused(desk, address, typed, "body", clash=True)
    assert "Bob posted while you were writing" in body
    assert "Bob resolved it." in body
    assert "Mine." in body
    stored(desk, address, typed | {"after": "2"})
    assert incident.updates.count() == 3


def test_settings_of_two_people_both_stand(desk: Client, page: Page) -> None:
    typed = settings_shown(desk) | {"name": "Mine"}
    page.change(time_zone="Europe/Berlin", **pen())
    stored(desk, "/console/mail/settings/", typed)
    page.refresh_from_db()
    assert (page.name, page.time_zone) == ("Mine", "Europe/Berlin")


def test_a_past_incident_is_pasted_and_mistakes_are_named_by_line(
    desk: Client, page: Page, mailstore: Component
) -> None:
    typed = {
        "title": "It was slow",
        "updates": "[2026-02-01 12:00 UTC] investigating | Slow\nWe look.\n"
        "[2026-02-01 13:00 UTC] resolved\nOver.",
        "windows": "Mailstore | degraded_performance | 2026-02-01 11:50 UTC | 2026-02-01 12:40 UTC",
    }
    address = "/console/mail/incidents/past/"
    wrong = typed | {"updates": "[2026-02-01 12:00 EST -0400] investigating\nx"}
    body = refused(desk, address, wrong, "updates")
    assert "Line 1: “EST -0400” contradicts itself" in body
    wrong = typed | {"windows": "Webmail | major_outage"}
    assert "Line 1: write “component" in refused(desk, address, wrong, "windows")
    assert not Incident.objects.exists()
    stored(desk, address, typed)
    assert [update.headline for update in Incident.objects.get().updates.all()] == ["Slow", ""]


def test_the_preview_names_what_a_template_could_not_fill_in(desk: Client, page: Page) -> None:
    looks = desk.post("/console/mail/preview/", {"body": "Ask {{support_url}} tonight."})
    assert "{{support_url}}: nothing was known to fill in here" in text_of(looks)
    assert "“tonight” will mean another day" in text_of(looks)


def test_what_was_told_to_nobody_is_listed_as_such(desk: Client, incident: Incident) -> None:
    stored(desk, at_incident(incident, "updates/"), {"body": "Quietly.", "status": "identified"})
    shown = text_of(desk.get(at_incident(incident, "told/")))
    assert "Not told, by choice" in shown
    assert "Quietly." in shown
