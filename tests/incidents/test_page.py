"""Pages: founding, addresses, the one way to write."""

from contextlib import suppress
from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from incidents import doorbell
from incidents.models import Component, Event, Membership, Page
from people.actors import Actor
from people.models import User


def test_the_first_page_answers_at_the_root_and_others_below_their_slug(
    page: Page, by: Actor, at: datetime
) -> None:
    second = Page.found(name="Replay", slug="replay", by=by, at=at)
    assert page.url("history/") == "http://localhost:8000/history/"
    assert second.url("history/") == "http://localhost:8000/pages/replay/history/"
    assert second.path("history/") == "/pages/replay/history/"


def test_a_host_name_or_a_base_url_gives_a_page_its_own_address(
    page: Page, by: Actor, at: datetime
) -> None:
    page.change(host_name="status.example.com", by=by, at=at)
    assert page.url() == "http://status.example.com/"
    page.change(base_url="https://status.example.net/", by=by, at=at)
    assert page.url("x") == "https://status.example.net/x"


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"slug": "two words"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"time_zone": ""}, "time_zone"),
        ({"name": "Status\nBcc: x"}, "name"),
        ({"sender_email": "a@example.com, b@example.com"}, "sender_email"),
        ({"sender_name": "Status\nBcc: x"}, "sender_name"),
        ({"tell_delay_seconds": 31}, "tell_delay_seconds"),
        ({"host_name": "status.example.com/x"}, "host_name"),
        ({"host_name": "LOCALHOST"}, "host_name"),
        ({"language": "../x"}, "language"),
        ({"on_call_email": "nobody"}, "on_call_email"),
        ({"warn_minutes": 0}, "warn_minutes"),
        ({"silence_limit_minutes": 10081}, "silence_limit_minutes"),
    ],
)
def test_a_setting_that_cannot_stand_is_named(
    by: Actor, at: datetime, fields: dict[str, object], at_fault: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        Page.found(**({"name": "x", "slug": "x"} | fields), by=by, at=at)  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == [at_fault]
    assert not Page.objects.exists()


def test_two_pages_have_two_short_names_and_two_hosts(page: Page, by: Actor, at: datetime) -> None:
    page.change(host_name="status.example.com", by=by, at=at)
    other = Page.found(name="Other", slug="other", by=by, at=at)
    for change in ({"slug": "mail"}, {"host_name": "status.example.com"}):
        with pytest.raises(ValidationError) as refused:
            other.change(**change, by=by, at=at)
        assert list(refused.value.message_dict) == list(change)
    with pytest.raises(ValidationError, match="is “mail” already"):
        Page.found(name="Again", slug="mail", by=by, at=at)
    page.change(host_name="status.example.com", slug="mail", by=by, at=at)


def test_every_change_raises_the_version_and_rings_after_the_commit(
    page: Page, by: Actor, at: datetime, django_capture_on_commit_callbacks: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    heard: list[int] = []
    monkeypatch.setattr(doorbell, "_ringers", [heard.append])
    before = Page.objects.get().version
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        Component.add(page, "Webmail", by=by, at=at)
        assert heard == [], "nobody hears of what is not committed"
    assert heard == [page.pk]
    assert Page.objects.get().version == before + 1


def test_the_journal_keeps_what_was_stored_before_not_what_a_screen_still_had(
    page: Page, by: Actor, at: datetime
) -> None:
    stale = Page.objects.get(pk=page.pk)
    page.change(name="Second name", by=by, at=at)
    stale.change(name="Third name", by=by, at=at)
    last = page.events.filter(kind="page.changed").latest("pk")
    assert (last.before, last.after) == ({"name": "Second name"}, {"name": "Third name"})


def test_a_ringer_that_fails_is_counted_and_hurts_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []

    def broken(page_id: int) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(doorbell, "_ringers", [broken, heard.append])
    missed = doorbell.missed
    doorbell.ring(7)
    assert heard == [7]
    assert doorbell.missed == missed + 1


def test_a_verb_that_fails_leaves_no_event_behind(page: Page, by: Actor, at: datetime) -> None:
    events = Event.objects.count()
    with suppress(RuntimeError), transaction.atomic(), page.writing(by=by, at=at) as journal:
        journal.append("page.changed", page)
        assert Event.objects.count() == events + 1
        raise RuntimeError
    assert Event.objects.count() == events


def test_roles_open_their_doors_and_no_others(
    page: Page, alice: User, bob: User, by: Actor, at: datetime
) -> None:
    Membership.grant(page=page, user=alice, role="responder", by=by, at=at)
    can = Membership.objects.can
    assert can(alice, page, "respond")
    assert not can(alice, page, "finance")
    assert not can(bob, page, "see")
    assert can(User.objects.create_superuser("owner@example.com", "x"), page, "administer")


def test_a_new_role_replaces_the_old_one(page: Page, alice: User, by: Actor, at: datetime) -> None:
    for role in ("responder", "finance"):
        Membership.grant(page=page, user=alice, role=role, by=by, at=at)
    assert list(Membership.objects.values_list("role", flat=True)) == ["finance"]
    Membership.objects.get().end(by=by, at=at)
    assert not Membership.objects.pages_of(alice).exists()


@pytest.mark.postgres
def test_rows_that_point_at_a_page_are_stored_while_somebody_writes_on_it(
    page: Page, by: Actor, at: datetime
) -> None:
    with CaptureQueriesContext(connection) as captured:
        page.change(name="Mail", by=by, at=at)
    assert "FOR NO KEY UPDATE" in str(captured.captured_queries)


def test_host_names_that_differ_in_capitals_alone_are_one(
    page: Page, by: Actor, at: datetime
) -> None:
    Page.found(name="One", slug="one", host_name="status.example.org", by=by, at=at)
    with pytest.raises(ValidationError, match="already"):
        Page.found(name="Two", slug="two", host_name="Status.Example.org", by=by, at=at)
