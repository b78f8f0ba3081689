"""Words kept ready: names filled in once, unknown ones refused, and never a template language."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from incidents.core import templates
from incidents.core.conflicts import Conflict
from incidents.models import Component, Event, Incident, IncidentTemplate, Page
from incidents.models.guarding import fingerprint
from people.actors import Actor
from people.models import User


@pytest.fixture
def outage(page: Page, mailstore: Component, by: Actor, at: datetime) -> IncidentTemplate:
    """A template with every name."""
    return IncidentTemplate.write(
        page,
        name="A component is down",
        kind="incident",
        title="{{component}} cannot be reached",
        body="{{ components }} of {{page}} failed at {{start}}; more by {{next_update}}.",
        status="identified",
        levels={mailstore.public_id: "major_outage"},
        next_update_minutes=30,
        by=by,
        at=at,
    )


def test_the_names_are_filled_in(
    outage: IncidentTemplate, mailstore: Component, at: datetime
) -> None:
    assert outage.filled(at=at) == {
        "title": "Mailstore cannot be reached",
        "body": "Mailstore of Example Mail failed at 2026-03-02 12:00 UTC; "
        "more by 2026-03-02 12:30 UTC.",
        "levels": {mailstore: "major_outage"},
        "status": "identified",
        "notify": True,
        "next_update_due": at + timedelta(minutes=30),
    }


def test_what_is_given_wins(outage: IncidentTemplate, component: Component, at: datetime) -> None:
    said = outage.filled(
        at=at,
        title="{{page}} as typed",
        levels={component: "partial_outage"},
        next_update_due=at + timedelta(hours=2),
        status=None,
    )
    assert said["title"] == "{{page}} as typed"
    assert said["body"].startswith("Webmail of Example Mail")
    assert said["body"].endswith("more by 2026-03-02 14:00 UTC.")
    assert said["status"] == "identified"


def test_on_an_incident_its_own_facts_are_filled_in(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    text = "{{incident}}, since {{start}}: see {{support_url}}."
    page.change(time_zone="America/New_York", by=by, at=at)
    template = IncidentTemplate.write(page, name="A", kind="update", body=text, by=by, at=at)
    said = template.filled(at=at + timedelta(hours=1), incident=incident)
    assert said["body"] == "Mail cannot be read, since 2026-03-02 07:00 EST: see {{support_url}}."
    assert templates.unfilled(said["body"]) == ["{{support_url}}"]


def test_a_value_that_holds_braces_is_not_filled_in_again() -> None:
    values = {"page": "{{support_url}}", "support_url": "https://example.com"}
    assert templates.fill("{{page}} {{page}}", values) == "{{support_url}} {{support_url}}"


@given(st.text(), st.dictionaries(st.sampled_from([*templates.NAMES]), st.text()))
def test_filling_is_one_pass_over_any_text(text: str, values: dict[str, str]) -> None:
    assert templates.fill(text, {}) == text
    assert templates.fill("{{page}}", values) == (values.get("page") or "{{page}}")


@given(st.text(alphabet="{}% page"))
def test_checking_never_stumbles(text: str) -> None:
    with suppress(ValidationError):
        assert templates.check(text, field="body") == text


def test_a_time_is_spelt_with_its_zone(at: datetime) -> None:
    assert templates.spelt(at, ZoneInfo("Europe/Berlin")) == "2026-03-02 13:00 CET"


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"body": "{{componant}}"}, "body", "“{{componant}}” is not known; there are {{page}}"),
        ({"title": "{{ page.name }}"}, "title", "“{{ page.name }}” is not known"),
        ({"headline": "{{}}"}, "headline", "“{{}}” is not known"),
        ({"body": "  "}, "body", "Write the words"),
        ({"body": "<script>"}, "body", "HTML is not allowed"),
        ({"name": " "}, "name", "Write something here"),
        ({"kind": "poem"}, "kind", "none of incident"),
        ({"status": "scheduled"}, "status", "none of investigating"),
        ({"levels": {"nobody": "major_outage"}}, "levels", "no component “nobody”"),
        ({"next_update_minutes": 0}, "next_update_minutes", "within 1 to 10080"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(
    page: Page, by: Actor, at: datetime, fields: dict[str, Any], field: str, words: str
) -> None:
    good = {"name": "A", "kind": "incident", "body": "B"}
    with pytest.raises(ValidationError) as refused:
        IncidentTemplate.write(page, **good | fields, by=by, at=at)
    assert words in refused.value.message_dict[field][0]


def test_two_of_one_name_are_refused(
    outage: IncidentTemplate, page: Page, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError) as refused:
        IncidentTemplate.write(
            page, name="a Component is down", kind="update", body="x", by=by, at=at
        )
    assert "already" in refused.value.message_dict["name"][0]


def test_it_is_changed_under_guard_and_removed(
    outage: IncidentTemplate, by: Actor, bob: User, at: datetime
) -> None:
    seen = fingerprint(outage, "name", "body")
    mine = IncidentTemplate.objects.get(pk=outage.pk)
    outage.change(body="Bob's words.", seen=seen, by=Actor.user(bob), at=at)
    with pytest.raises(Conflict) as met:
        mine.change(name="Renamed", body="Alice's words.", seen=seen, by=by, at=at)
    assert (met.value.theirs, met.value.who) == ({"body": "Bob's words."}, "Bob")
    mine.change(name="Renamed", body="Alice's words.", seen=met.value.seen, by=by, at=at)
    mine.refresh_from_db()
    assert (mine.name, mine.body) == ("Renamed", "Alice's words.")
    mine.remove(by=by, at=at)
    assert not IncidentTemplate.objects.exists()
    assert not Event.objects.filter(after__icontains="words").exists()


def test_a_component_that_was_removed_is_left_out(
    outage: IncidentTemplate, mailstore: Component, at: datetime
) -> None:
    mailstore.windows.all().delete()
    mailstore.delete()
    said = outage.filled(at=at)
    assert said["levels"] == {}
    assert said["title"] == "{{component}} cannot be reached"
