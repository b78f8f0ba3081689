"""A table of subscribers: each bad line has its reason, nobody is lost, nobody is brought back."""

from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError

from incidents.models import Component, Event, Page
from notifications import rolls, rounds
from notifications.models import Delivery, Intake, Subscription, Suppression
from notifications.models import intake as intakes
from people.actors import Actor
from tests.notifications.conftest import Subscriber

TABLE = """email,language,components,kinds,time_zone,confirmed_at,shoe size
ada@example.com,de,Mailstore,incident;update,Europe/Berlin,2020-01-01T00:00:00+00:00,38
ADA@example.com,,,,,,
nobody,,,,,,
bob@example.com,fr,,,,,
cy@example.com,,Nonsense,,,,
dee@example.com,,,gossip,,,
eve@example.com,,,,Atlantis,,
fay@example.com,,,,,yesterday,
gus@example.com,,,,,2020-01-01T00:00:00,

hal@example.com
ida@example.com,,,,,0001-01-01T00:00:00+01:00,
joe@example.com,,,,,9999-12-31T23:59:59-01:00,
kim@example.com,,,,,2026-03-02T12:00:01Z,
"""


@pytest.fixture
def page(page: Page, by: Actor, at: datetime) -> Page:
    """A page that speaks German, too."""
    page.change(languages=["de"], by=by, at=at)
    return page


def test_each_bad_line_has_its_number_and_its_reason(
    page: Page, mailstore: Component, at: datetime
) -> None:
    roll = rolls.read(TABLE.encode(), page, at)
    assert [(each.line, each.email) for each in roll.entries] == [
        (2, "ada@example.com"),
        (12, "hal@example.com"),
    ]
    assert [(each.line, each.reason.split(".")[0]) for each in roll.refused] == [
        (3, "The same address as in line 2"),
        (4, "This is not an e-mail address"),
        (5, "The page has no language “fr”"),
        (6, "The page has no component “Nonsense”"),
        (7, "“gossip” is none of incident, update, maintenance, postmortem, component"),
        (8, "There is no time zone “Atlantis”"),
        (9, "“yesterday” is no time in ISO 8601"),
        (10, "“2020-01-01T00:00:00” does not say its time zone"),
        (13, "“0001-01-01T00:00:00+01:00” is no time between 1990 and now"),
        (14, "“9999-12-31T23:59:59-01:00” is no time between 1990 and now"),
        (15, "“2026-03-02T12:00:01Z” is no time between 1990 and now"),
    ]


@pytest.mark.parametrize("data", [b"", b"name\nada", b"email\n\xff\xfe", b'email\n"ada', b"\0"])
def test_what_is_no_table_is_refused_as_a_whole(page: Page, data: bytes, at: datetime) -> None:
    with pytest.raises(ValidationError) as refused:
        rolls.read(data, page, at)
    assert "file" in refused.value.message_dict


def taken(page: Page, table: str, by: Actor, at: datetime, *, consent: bool) -> Intake:
    intake = Intake.begin(page, rolls.read(table.encode(), page, at), consent=consent, by=by, at=at)
    while Intake.go_on(at):
        pass
    intake.refresh_from_db()
    return intake


def test_with_consent_they_are_told_at_once_as_they_wanted(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    intake = taken(page, TABLE, by, at, consent=True)
    assert (intake.added, intake.done, len(intake.refused)) == (2, 2, 11)
    ada = Subscription.objects.get(destination="ada@example.com")
    assert (ada.state, ada.language, ada.time_zone) == ("confirmed", "de", "Europe/Berlin")
    assert (ada.heard_kinds, list(ada.components.all())) == (["incident", "update"], [mailstore])
    assert ada.confirmed_at == datetime.fromisoformat("2020-01-01T00:00:00+00:00")
    assert not Delivery.objects.exists()
    assert intake.entries == ""
    event = Event.objects.get(kind="subscriptions.imported")
    assert event.after == {"count": 2, "consent": True}


def test_without_consent_each_is_asked_first(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    taken(page, TABLE, by, at, consent=False)
    rounds.tell(at)
    assert set(Subscription.objects.values_list("state", flat=True)) == {"pending"}
    assert Delivery.objects.filter(stream="confirmation").count() == 2


def test_who_is_told_stays_as_they_are_and_who_left_stays_away(
    page: Page, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    told = subscriber("told@example.com")
    subscriber("left@example.com").end(at)
    Suppression.add("email", "gone@example.com", "complaint", at)
    waiting = Subscription.ask(page, destination="waiting@example.com", at=at)
    table = "email\ntold@example.com\nleft@example.com\ngone@example.com\nwaiting@example.com\n"
    intake = taken(page, table, by, at, consent=True)
    assert intake.refused == [[3, intakes.LEFT], [4, intakes.SILENT]]
    assert (intake.known, intake.added) == (2, 0)
    for each in (told, waiting):
        each.refresh_from_db()
        assert each.state == "confirmed"


def test_what_stops_halfway_goes_on_where_it_stopped(
    page: Page, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intakes, "AT_A_TIME", 10)
    table = "email\n" + "".join(f"reader{number}@example.com\n" for number in range(25))
    intake = Intake.begin(page, rolls.read(table.encode(), page, at), consent=True, by=by, at=at)
    for expected in (10, 20):
        Intake.go_on(at)
        intake.refresh_from_db()
        assert (intake.done, Subscription.objects.count()) == (expected, expected)
    with monkeypatch.context() as broken:
        broken.setattr(Intake, "_add", Mock(side_effect=OperationalError("it is away")))
        with pytest.raises(OperationalError):
            Intake.go_on(at)
    assert Subscription.objects.count() == 20
    while Intake.go_on(at + timedelta(seconds=2)):
        pass
    assert Subscription.objects.count() == 25


def test_a_table_that_cannot_be_taken_up_ends_and_says_where(
    page: Page, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intakes, "AT_A_TIME", 2)
    roll = rolls.read(b"email\nada@example.com\nbob@example.com\neve@example.com\n", page, at)
    intake = Intake.begin(page, roll, consent=True, by=by, at=at)
    Intake.go_on(at)
    monkeypatch.setattr(Intake, "_add", Mock(side_effect=ValueError("eve@example.com is odd")))
    assert Intake.go_on(at)
    assert not Intake.go_on(at)
    intake.refresh_from_db()
    assert (intake.done, intake.added, intake.entries) == (2, 2, "")
    assert intake.finished_at == at
    ((line, why),) = intake.refused
    assert line == 4
    assert "ValueError" in why
    assert "eve" not in why


SIGNED_UP = "email\nada@example.com\nbob@example.com\neve@example.com\n"


def test_who_signs_up_while_a_table_is_taken_up_is_known_to_it(
    page: Page, subscriber: Subscriber, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in ("ada", "bob", "cy"):
        subscriber(f"{each}@example.com")
    Subscription.objects.get(destination="cy@example.com").end(at)
    known, unseen = Intake._known, [{"ada@example.com"}, {"ada@example.com", "bob@example.com"}]

    def read(intake: Intake, addresses: list[str]) -> dict[str, str]:
        late = unseen.pop() if unseen else set()
        return known(intake, [each for each in addresses if each not in late])

    monkeypatch.setattr(Intake, "_known", read)
    intake = taken(page, f"{SIGNED_UP}cy@example.com\n", by, at, consent=True)
    assert (intake.done, intake.added, intake.known) == (4, 1, 2)
    assert intake.refused == [[5, intakes.LEFT]]
    assert Subscription.objects.count() == 4


def test_a_table_that_meets_a_known_address_again_and_again_gives_up_in_the_end(
    page: Page, subscriber: Subscriber, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriber("bob@example.com")
    monkeypatch.setattr(Intake, "_known", Mock(return_value={}))
    intake = taken(page, SIGNED_UP, by, at, consent=True)
    assert (intake.gave_up, intake.done, intake.added) == (True, 0, 0)
    assert Intake._known.call_count == intakes.TRIES  # type: ignore[attr-defined]
    ((line, why),) = intake.refused
    assert line == 2
    assert "IntegrityError" in why


def test_who_is_named_for_a_component_twice_hears_of_it_once(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    words = f"ada@example.com,Mailstore;{mailstore.public_id},incident;incident"
    taken(page, f"email,components,kinds\n{words}\n", by, at, consent=True)
    ada = Subscription.objects.get()
    assert (list(ada.components.all()), ada.kinds) == ([mailstore], ",incident,")
