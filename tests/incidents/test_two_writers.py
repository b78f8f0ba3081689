"""Two people at one text lose nothing: what each had read decides, inside the lock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from incidents.core import conflicts
from incidents.core.conflicts import Conflict
from incidents.models import Component, Event, Incident, Page, Update
from incidents.models.guarding import fingerprint
from people.actors import Actor
from people.models import User

MINUTE = timedelta(minutes=1)
values = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())


@given(values, values, values)
def test_each_field_has_one_of_four_fates(begun: object, stored: object, mine: object) -> None:
    seen = conflicts.fingerprint({"a": begun})
    clash = conflicts.clashes(seen, {"a": stored}, {"a": mine})
    theirs = conflicts.untouched(seen, {"a": stored}, {"a": mine})
    assert not (clash and theirs)
    if repr(stored) in (repr(begun), repr(mine)):  # False == 0 here, but not in a form
        assert not clash
    if not clash and not theirs:
        assert conflicts.read(seen) == conflicts.read(conflicts.fingerprint({"a": stored})) or (
            conflicts.fingerprint({"a": stored}) == conflicts.fingerprint({"a": mine})
        )


def test_a_text_that_went_through_a_browser_is_the_same_text() -> None:
    assert conflicts.fingerprint({"a": "x\r\ny"}) == conflicts.fingerprint({"a": "x\ny"})


def test_what_is_no_fingerprint_guards_nothing(incident: Incident, by: Actor, at: datetime) -> None:
    incident.summarise("One.", by=by, at=at)
    for seen in ("", "rubbish", "summary:", "other:0123456789ab"):
        incident.summarise(f"After {seen}.", by=by, at=at, seen=seen)
    assert incident.summary == "After other:0123456789ab."


def test_the_second_summary_meets_the_first(
    incident: Incident, by: Actor, bob: User, at: datetime
) -> None:
    seen = fingerprint(incident, "summary")
    mine = Incident.objects.get(pk=incident.pk)
    incident.summarise("Bob's.", by=Actor.user(bob), at=at + MINUTE, seen=seen)
    with pytest.raises(Conflict) as met:
        mine.summarise("Alice's.", by=by, at=at + MINUTE, seen=seen)
    assert met.value.theirs == {"summary": "Bob's."}
    assert (met.value.who, met.value.when) == ("Bob", at + MINUTE)
    assert met.value.message_dict == {
        "summary": [
            (
                "Bob changed this at 2026-03-02 12:01 UTC, while you were writing. "
                "Save again to keep yours."
            )
        ]
    }
    mine.summarise("Alice's.", by=by, at=at + MINUTE, seen=met.value.seen)
    assert Incident.objects.get().summary == "Alice's."


def test_the_same_words_are_no_conflict(incident: Incident, by: Actor, at: datetime) -> None:
    seen = fingerprint(incident, "summary")
    incident.summarise("The same.", by=by, at=at, seen=seen)
    Incident.objects.get().summarise("The same.", by=by, at=at, seen=seen)


def test_changes_of_different_fields_both_stand(page: Page, by: Actor, at: datetime) -> None:
    shown = {"name": page.name, "time_zone": page.time_zone}
    seen = fingerprint(page, *shown)
    mine = Page.objects.get(pk=page.pk)
    page.change(**shown | {"name": "Renamed"}, seen=seen, by=by, at=at)
    mine.change(**shown | {"time_zone": "Europe/Berlin"}, seen=seen, by=by, at=at)
    page.refresh_from_db()
    assert (page.name, page.time_zone) == ("Renamed", "Europe/Berlin")


def test_a_component_is_guarded_field_by_field(
    mailstore: Component, by: Actor, at: datetime
) -> None:
    seen = fingerprint(mailstore, "name", "description")
    mine = Component.objects.get(pk=mailstore.pk)
    mailstore.change(description="Theirs.", seen=seen, by=by, at=at)
    with pytest.raises(Conflict) as met:
        mine.change(name="Mine", description="Mine.", seen=seen, by=by, at=at)
    assert met.value.theirs == {"description": "Theirs."}
    mine.refresh_from_db()
    assert mine.name == "Mailstore"


def test_mending_an_update_keeps_the_others_headline(
    incident: Incident, by: Actor, at: datetime
) -> None:
    update = incident.updates.get()
    seen = fingerprint(update, "body", "headline")
    mine = Update.objects.get(pk=update.pk)
    update.edit(body="They mended it.", headline="", seen=seen, by=by, at=at)
    mine.edit(body="We are looking into it.", headline="Mine", seen=seen, by=by, at=at)
    mine.refresh_from_db()
    assert (mine.body, mine.html, mine.headline) == (
        "They mended it.", "<p>They mended it.</p>", "Mine"
    )  # fmt: skip


@pytest.mark.parametrize("verb", ["post", "resolve"])
def test_posting_past_an_unread_update_is_stopped_once(
    incident: Incident, by: Actor, bob: User, at: datetime, verb: str
) -> None:
    Update.post(incident, body="Bob was here.", by=Actor.user(bob), at=at + MINUTE)
    mine = Incident.objects.get(pk=incident.pk)
    say: dict[str, Callable[..., Update]] = {
        "post": lambda **said: Update.post(mine, **said), "resolve": mine.resolve
    }  # fmt: skip
    with pytest.raises(Conflict) as met:
        say[verb](body="Mine.", after=1, by=by, at=at + MINUTE)
    assert "Bob posted while you were writing" in met.value.messages[0]
    assert met.value.theirs == {"body": "Bob was here."}
    assert say[verb](body="Mine.", after=int(met.value.seen), by=by, at=at + MINUTE).number == 3


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_instant_lose_nobodys_words(
    incident: Incident, by: Actor, at: datetime
) -> None:
    seen, gate = fingerprint(incident, "summary"), Barrier(2)

    def write(text: str) -> str:
        try:
            mine = Incident.objects.get(pk=incident.pk)
            gate.wait(10)
            mine.summarise(text, by=by, at=at + MINUTE, seen=seen)
        except Conflict as met:
            return str(met.theirs["summary"])
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as threads:
        met = list(threads.map(write, ["One.", "Other."]))
    kept = Incident.objects.get().summary
    assert sorted(met) == sorted(["", kept])
    assert Event.objects.filter(kind="incident.summarised").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_posts_at_the_same_instant_are_both_read(
    incident: Incident, by: Actor, at: datetime
) -> None:
    gate = Barrier(2)

    def post(text: str) -> str:
        try:
            mine = Incident.objects.get(pk=incident.pk)
            gate.wait(10)
            Update.post(mine, body=text, after=1, by=by, at=at + MINUTE)
        except Conflict as error:
            mine = Incident.objects.get(pk=incident.pk)
            Update.post(mine, body=text, after=int(error.seen), by=by, at=at + MINUTE)
            return str(error.theirs["body"])
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as threads:
        met = list(threads.map(post, ["One.", "Other."]))
    assert [update.number for update in incident.updates.all()] == [1, 2, 3]
    assert sorted(met) == ["", incident.updates.get(number=2).body]
