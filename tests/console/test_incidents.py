"""The main job: open, post, resolve, reopen, mend; as a browser without a script does it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from incidents.core.levels import Level
from incidents.core.lifecycles import Status
from incidents.models import Component, Event, ImpactWindow, Incident, Page, Update
from notifications.models import Broadcast
from people.actors import Actor
from tests.console.screens import at_incident, refused, stored, text_of

OPEN = "/console/mail/incidents/open/"


def first_update(component: Component, **more: str) -> dict[str, str]:
    """The six fields of a first update."""
    return {
        "title": "Mail cannot be read",
        "body": "We are **looking** into it.",
        f"levels-{component.public_id}": "major_outage",
        "status": "investigating",
        "next_update_due": "30",
        "notify": "on",
    } | more


def test_six_fields_publish_a_first_update(desk: Client, mailstore: Component) -> None:
    stored(desk, OPEN, first_update(mailstore))
    incident = Incident.objects.get()
    update = incident.updates.get()
    assert (incident.title, update.html) == (
        "Mail cannot be read",
        "<p>We are <strong>looking</strong> into it.</p>",
    )
    assert mailstore.level_at(timezone.now()) == Level.MAJOR_OUTAGE
    assert Event.objects.get(kind="incident.opened").tell
    promise = incident.commitments.get()
    assert promise.due is not None
    assert timedelta(minutes=29) < promise.due - timezone.now() <= timedelta(minutes=30)
    assert update.author == "Alice"


def test_the_screen_asks_for_six_fields_before_more(desk: Client, mailstore: Component) -> None:
    body = text_of(desk.get(OPEN))
    main = body.partition('<form class="composer"')[2].partition('<details class="more"')[0]
    asked = set(re.findall(r'name="([a-z_]+)', main)) - {"csrfmiddlewaretoken", "key", "tells"}
    assert asked == {
        "title", "body", "levels", "status", "next_update_due", "next_update_due_at",
        "next_update_due_at_zone", "next_update_unknown", "notify",
    }  # fmt: skip


def test_unticked_it_is_told_to_nobody(desk: Client, mailstore: Component) -> None:
    fields = first_update(mailstore)
    del fields["notify"]
    stored(desk, OPEN, fields)
    assert not Event.objects.get(kind="incident.opened").tell


def test_an_incident_may_have_begun_earlier(desk: Client, mailstore: Component) -> None:
    stored(
        desk, OPEN, first_update(mailstore, started_at="2026-01-02T03:04", started_at_zone="UTC")
    )
    assert Incident.objects.get().started_at == datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def test_a_time_is_read_off_a_clock_in_the_chosen_zone(desk: Client, mailstore: Component) -> None:
    typed = {"started_at": "2026-01-02T03:04", "started_at_zone": "America/New_York"}
    stored(desk, OPEN, first_update(mailstore, **typed))
    assert Incident.objects.get().started_at == datetime(2026, 1, 2, 8, 4, tzinfo=UTC)


def test_the_zone_that_is_offered_first_is_the_pages(
    desk: Client, page: Page, by: Actor, at: datetime
) -> None:
    page.change(time_zone="Asia/Tokyo", by=by, at=at)
    assert "<option selected>Asia/Tokyo</option>" in text_of(desk.get(OPEN))


def test_a_promise_may_name_a_time(desk: Client, mailstore: Component) -> None:
    due = timezone.now().replace(second=0, microsecond=0) + timedelta(hours=3)
    typed = {"next_update_due": "at", "next_update_due_at": f"{due:%Y-%m-%dT%H:%M}"}
    stored(desk, OPEN, first_update(mailstore, **typed, next_update_due_at_zone="UTC"))
    assert Incident.objects.get().commitments.get().due == due


def test_a_rehearsal_is_told_to_nobody(desk: Client, mailstore: Component) -> None:
    stored(desk, OPEN, first_update(mailstore, rehearsal="on"))
    assert not Event.objects.get(kind="incident.opened").tell


def test_a_double_click_opens_one_incident(desk: Client, mailstore: Component) -> None:
    key = re.search(r'name="key" value="([^"]+)"', text_of(desk.get(OPEN)))
    assert key
    first = stored(desk, OPEN, first_update(mailstore, key=key[1]))
    second = stored(desk, OPEN, first_update(mailstore, key=key[1]))
    assert Incident.objects.count() == 1
    assert first.url == second.url


def test_a_refused_form_can_be_sent_again_under_the_same_key(
    desk: Client, mailstore: Component
) -> None:
    body = refused(desk, OPEN, first_update(mailstore, title=" ", key="the-key"), "title")
    assert 'value="the-key"' in body
    stored(desk, OPEN, first_update(mailstore, key="the-key"))
    assert Incident.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("body", "x" * 26_000, "25,000 are allowed"),
        ("body", "[" * 20_000, "brackets are open"),
        ("body", "<script>alert(1)</script>", "HTML is not allowed"),
        ("body", "   ", "required"),
        ("title", "Down\r\nBcc: all@example.com", "one line"),
        ("title", "x" * 256, "255"),
        ("headline", "a\nb", "one line"),
        ("social_text", "x" * 281, "280"),
        ("status", "resolved", "not one of the available choices"),
        ("started_at", "2026-03-02 12:00", "does not say its time zone"),
        ("started_at", "2026-03-02 12:00 EST -0400", "contradicts itself"),
        ("started_at", "2199-01-01T00:00Z", "has not come yet"),
        ("started_at", "yesterday", "not a time that can be read"),
        ("next_update_due", "soon", "no number of minutes"),
        ("next_update_due", "9" * 5000, "no number of minutes"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_nothing_is_lost(
    desk: Client, mailstore: Component, field: str, value: str, says: str
) -> None:
    fields = first_update(mailstore, **{field: value})
    body = refused(desk, OPEN, fields, field)
    assert says in body
    if field != "status":
        assert value.strip()[:250] in body.replace("\r\n", "\n") or "\n" in value
    assert 'value="major_outage" selected' in body
    assert not Incident.objects.exists()
    assert not ImpactWindow.objects.exists()


def test_an_unknown_component_is_refused(desk: Client, mailstore: Component) -> None:
    fields = first_update(mailstore) | {"levels-nosuchthing1": "major_outage"}
    assert "nosuchthing1" in refused(desk, OPEN, fields, "levels")


def test_a_component_of_another_page_is_unknown(
    desk: Client, mailstore: Component, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    theirs = Component.add(other, "Theirs", by=by, at=at)
    fields = first_update(mailstore) | {f"levels-{theirs.public_id}": "major_outage"}
    refused(desk, OPEN, fields, "levels")


def test_an_unknown_level_is_refused(desk: Client, mailstore: Component) -> None:
    fields = first_update(mailstore) | {f"levels-{mailstore.public_id}": "on_fire"}
    assert "on_fire" in refused(desk, OPEN, fields, "levels")


def test_an_update_changes_what_it_names(
    desk: Client, incident: Incident, component: Component, mailstore: Component
) -> None:
    fields = {
        "body": "Found it.",
        "status": "identified",
        f"levels-{component.public_id}": "partial_outage",
        "next_update_due": "",
        "notify": "on",
    }
    answer = stored(desk, at_incident(incident, "updates/"), fields)
    update = incident.updates.get(number=2)
    assert answer.url.endswith(f"#{update.anchor}")
    assert mailstore.level_at(timezone.now()) == Level.MAJOR_OUTAGE
    assert component.level_at(timezone.now()) == Level.PARTIAL_OUTAGE
    incident.refresh_from_db()
    assert incident.status == Status.IDENTIFIED


def test_an_update_can_state_an_earlier_time_and_correct_another(
    desk: Client, incident: Incident, at: datetime
) -> None:
    first = incident.updates.get()
    fields = {
        "body": "It was the disk.",
        "status": "investigating",
        "next_update_due": "",
        "happened_at": f"{at + timedelta(minutes=5):%Y-%m-%dT%H:%M}",
        "happened_at_zone": "UTC",
        "corrects": first.public_id,
        "social_text": "Short words.",
    }
    stored(desk, at_incident(incident, "updates/"), fields)
    update = incident.updates.get(number=2)
    assert (update.corrects, update.social_text, update.notify) == (first, "Short words.", False)
    assert update.shown_at < update.posted_at


def test_what_somebody_types_survives_a_refusal(desk: Client, incident: Incident) -> None:
    fields = {"body": "Long & careful <text>", "status": "identified", "next_update_due": "at"}
    body = refused(desk, at_incident(incident, "updates/"), fields, "next_update_due")
    assert "Long & careful <text>" in body
    assert incident.updates.count() == 1


def test_an_unknown_status_is_refused(desk: Client, incident: Incident) -> None:
    fields = {"body": "Hm.", "status": "scheduled", "next_update_due": ""}
    refused(desk, at_incident(incident, "updates/"), fields, "status")


def test_it_is_resolved_at_a_stated_time(
    desk: Client, incident: Incident, mailstore: Component, at: datetime
) -> None:
    over = (at + timedelta(minutes=20)).replace(second=0)
    fields = {"body": "Over.", "resolved_at": f"{over:%Y-%m-%dT%H:%M}", "resolved_at_zone": "UTC"}
    stored(desk, at_incident(incident, "resolve/"), fields)
    incident.refresh_from_db()
    assert (incident.status, incident.resolved_at) == (Status.RESOLVED, over)
    assert incident.windows.get().end == over


def test_it_cannot_end_before_it_began(desk: Client, incident: Incident) -> None:
    fields = {"body": "Over.", "resolved_at": "2020-01-01T00:00", "resolved_at_zone": "UTC"}
    refused(desk, at_incident(incident, "resolve/"), fields, "resolved_at")


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_a_refusal_names_times_in_the_zone_that_was_picked(
    desk: Client, incident: Incident, zone: str
) -> None:
    typed = {"resolved_at": "2020-01-01T00:00", "resolved_at_zone": zone}
    body = refused(
        desk, at_incident(incident, "resolve/"), {"body": "Over."} | typed, "resolved_at"
    )
    began = incident.started_at.astimezone(ZoneInfo(zone))
    assert f"It began at {began:%Y-%m-%d %H:%M %Z}, after that: name a later time" in body


def test_a_refusal_names_the_zone_beside_a_promised_time(desk: Client, incident: Incident) -> None:
    due = {"next_update_due_at": "2020-01-15T08:00", "next_update_due_at_zone": "America/New_York"}
    fields = {"body": "Hm.", "status": "identified", "next_update_due": "at"} | due
    body = refused(desk, at_incident(incident, "updates/"), fields, "next_update_due")
    assert "2020-01-15 08:00 EST has passed" in body


def test_a_refusal_of_what_has_its_offset_names_the_pages_zone(
    desk: Client, page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    page.change(time_zone="Asia/Tokyo", by=by, at=at)
    typed = {"resolved_at": "2020-01-01T00:00Z", "resolved_at_zone": ""}
    body = refused(
        desk, at_incident(incident, "resolve/"), {"body": "Over."} | typed, "resolved_at"
    )
    began = incident.started_at.astimezone(ZoneInfo("Asia/Tokyo"))
    assert f"It began at {began:%Y-%m-%d %H:%M} JST" in body


def test_it_is_reopened_with_new_impact(
    desk: Client, resolved: Incident, mailstore: Component
) -> None:
    fields = {
        "body": "It is back.",
        f"levels-{mailstore.public_id}": "partial_outage",
        "next_update_due": "60",
        "notify": "on",
    }
    stored(desk, at_incident(resolved, "reopen/"), fields)
    resolved.refresh_from_db()
    assert resolved.is_open
    assert resolved.windows.count() == 2


def test_reopening_offers_the_levels_that_the_resolution_ended(
    desk: Client, resolved: Incident, mailstore: Component
) -> None:
    fields = desk.get(at_incident(resolved, "reopen/")).context["form"]
    assert fields["levels"].value() == {mailstore.public_id: "degraded_performance"}
    body = text_of(desk.get(at_incident(resolved, "reopen/")))
    assert 'value="degraded_performance" selected' in body


def test_a_slip_is_mended_within_the_grace(desk: Client, mailstore: Component) -> None:
    stored(desk, OPEN, first_update(mailstore))
    update = Update.objects.get()
    address = at_incident(update.incident, f"updates/{update.public_id}/edit/")
    stored(desk, address, {"headline": "Now", "body": "Better words."})
    update.refresh_from_db()
    assert (update.headline, update.body) == ("Now", "Better words.")


def test_after_the_grace_a_slip_stays(desk: Client, incident: Incident) -> None:
    update = incident.updates.get()
    body = text_of(desk.get(at_incident(incident)))
    assert f"updates/{update.public_id}/edit/" not in body
    address = at_incident(incident, f"updates/{update.public_id}/edit/")
    assert "post a correction" in refused(desk, address, {"body": "Other."}, "body")


def test_redacting_leaves_a_stub_with_the_reason(desk: Client, incident: Incident) -> None:
    update = incident.updates.get()
    address = at_incident(incident, f"updates/{update.public_id}/redact/")
    body = refused(desk, address, {"reason": ""}, "reason")
    assert "Redact update 1" in body
    assert "What was said" in body
    assert "We are looking into it." in body
    stored(desk, address, {"reason": "It named a customer."})
    body = text_of(desk.get(at_incident(incident)))
    assert "It named a customer." in body
    assert "We are looking into it." not in body


def test_the_summary_stands_apart(desk: Client, incident: Incident) -> None:
    stored(desk, at_incident(incident, "summary/"), {"summary": "What we *know*."})
    incident.refresh_from_db()
    assert incident.summary_html == "<p>What we <em>know</em>.</p>"
    refused(desk, at_incident(incident, "summary/"), {"summary": "[" * 20_000}, "summary")


def test_withdrawing_leaves_the_reason(desk: Client, incident: Incident) -> None:
    stored(desk, at_incident(incident, "withdraw/"), {"reason": "A monitor lied."})
    assert "A monitor lied." in text_of(desk.get(at_incident(incident)))


def test_before_withdrawing_one_reads_how_many_were_told_and_what_tells_them(
    desk: Client, page: Page, incident: Incident, at: datetime
) -> None:
    address = at_incident(incident, "withdraw/")
    assert "told of this already" not in text_of(desk.get(address))
    (opened,) = Broadcast.open_due(at)
    for name, state in (("ann", {"state": "sent", "sent_at": at}), ("ben", {})):
        opened.deliveries.create(
            page=page, channel="webhook", destination=f"https://{name}.example", lane="webhooks",
            stream="update", created_at=at, **state,
        )  # fmt: skip
    body = text_of(desk.get(address))
    assert "1 recipient was told of this already; withdrawing it tells nobody." in body
    assert f'href="{at_incident(incident, "false-alarm/")}"' in body


def test_the_list_shows_what_there_is(desk: Client, incident: Incident, resolved: Incident) -> None:
    body = text_of(desk.get("/console/mail/incidents/"))
    assert incident.title in body
    assert resolved.title in body


def test_a_refused_form_unfolds_more_only_where_something_was_typed_or_is_wrong(
    desk: Client, page: Page
) -> None:
    def refused(**typed: str) -> str:
        sent = {"body": "x", "status": "investigating", "started_at_zone": page.time_zone}
        answer = desk.post("/console/mail/incidents/open/", sent | typed)
        assert answer.status_code == 422
        return text_of(answer)

    folded, unfolded = '<details class="more">', '<details class="more" open>'
    assert folded in refused(publish_at_zone=page.time_zone)
    assert unfolded in refused(headline="Slow")
    assert unfolded in refused(rehearsal="on")
    assert unfolded in refused(title="Slow", started_at="nonsense")
