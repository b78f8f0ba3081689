"""Whose mailbox an incident has hit is written to at the second address that they confirmed."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Incident, Page, Update
from notifications import rounds
from notifications.models import Delivery, Subscription
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

pytestmark = pytest.mark.django_db


def written_to(incident: Incident) -> list[str]:
    told = Delivery.objects.filter(broadcast__incident=incident).order_by("pk")
    newest = told.last()
    mine = told.filter(broadcast=newest.broadcast) if newest else told
    return sorted(mine.values_list("destination", flat=True))


@pytest.fixture
def second(subscriber: Subscriber, smtp: SmtpSink, at: datetime) -> Subscription:
    """A reader at example.com with a confirmed second address elsewhere."""
    subscriber("bob@example.org")
    subscriber("eve@example.com")
    first = subscriber("ada@example.com")
    first.name_stand_in("ada@example.net", at)
    stand_in = Subscription.objects.get(stands_in_for=first)
    assert Subscription.confirm(stand_in.token("confirm"), at)
    return stand_in


def test_nobody_is_written_to_twice_while_all_is_well(
    second: Subscription, incident: Incident, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="News.", by=by, at=at)
    rounds.run_all(at)
    assert written_to(incident) == ["ada@example.com", "bob@example.org", "eve@example.com"]


def test_who_is_cut_off_is_reached_at_the_second_address_and_the_others_as_ever(
    second: Subscription, incident: Incident, by: Actor, at: datetime
) -> None:
    incident.routes.hit("email", domain="example.com", by=by, at=at)
    Update.post(incident, body="News.", by=by, at=at)
    rounds.run_all(at)
    assert written_to(incident) == ["ada@example.net", "bob@example.org", "eve@example.com"]


@pytest.mark.parametrize("mended", ["by hand", "by its end"])
def test_afterwards_they_are_written_to_as_ever(
    mended: str, second: Subscription, incident: Incident, by: Actor, at: datetime
) -> None:
    incident.routes.hit("email", domain="example.com", by=by, at=at)
    if mended == "by hand":
        incident.routes.mend("email", domain="example.com", by=by, at=at)
        Update.post(incident, body="News.", by=by, at=at)
    else:
        incident.resolve(body="Over.", by=by, at=at)
    rounds.run_all(at)
    assert "ada@example.com" in written_to(incident)
    assert "ada@example.net" not in written_to(incident)


def test_a_second_address_that_is_hit_too_is_no_help(
    second: Subscription, incident: Incident, by: Actor, at: datetime
) -> None:
    incident.routes.hit("email", by=by, at=at)
    Update.post(incident, body="News.", by=by, at=at)
    rounds.run_all(at)
    assert "ada@example.com" in written_to(incident)


def test_an_address_that_never_confirmed_gets_nothing(
    subscriber: Subscriber, smtp: SmtpSink, incident: Incident, by: Actor, at: datetime
) -> None:
    subscriber("ada@example.com").name_stand_in("ada@example.net", at)
    incident.routes.hit("email", domain="example.com", by=by, at=at)
    Update.post(incident, body="News.", by=by, at=at)
    rounds.run_all(at)
    assert written_to(incident) == ["ada@example.com"]


def test_a_reader_in_their_own_right_is_never_made_a_stand_in(
    subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber("bob@example.net")
    subscriber("ada@example.com").name_stand_in("bob@example.net", at)
    assert not Subscription.objects.filter(stands_in_for__isnull=False).exists()


@pytest.mark.parametrize("address", ["ada@example.com", "nobody", "a@example.com, b@example.com"])
def test_what_is_no_other_address_is_refused_with_the_field(
    address: str, subscriber: Subscriber, at: datetime
) -> None:
    with pytest.raises(ValidationError) as refused:
        subscriber("ada@example.com").name_stand_in(address, at)
    assert list(refused.value.message_dict) == ["stand_in"]


def test_who_asks_for_themselves_is_no_stand_in_whoever_named_them_before(
    subscriber: Subscriber, page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    subscriber("mallory@example.com").name_stand_in("bob@example.net", at)
    asked = Subscription.ask(page, destination="bob@example.net", at=at)
    assert Subscription.confirm(asked.token("confirm"), at)
    Update.post(incident, body="News.", by=by, at=at)
    rounds.run_all(at)
    assert "bob@example.net" in written_to(incident)


def test_who_asked_before_and_has_not_confirmed_yet_is_made_nobodys_stand_in(
    subscriber: Subscriber, page: Page, at: datetime
) -> None:
    Subscription.ask(page, destination="bob@example.net", at=at)
    subscriber("mallory@example.com").name_stand_in("bob@example.net", at)
    assert not Subscription.objects.filter(stands_in_for__isnull=False).exists()


def test_the_same_address_is_named_again_and_a_fourth_is_refused(
    subscriber: Subscriber, at: datetime
) -> None:
    ada = subscriber("ada@example.com")
    for name in ("one", "two", "three", "three"):
        ada.name_stand_in(f"{name}@example.net", at)
    assert ada.stand_ins.count() == 3
    with pytest.raises(ValidationError, match="Three second addresses"):
        ada.name_stand_in("four@example.net", at)
    assert not Subscription.objects.filter(destination="four@example.net").exists()


@pytest.mark.parametrize("kind", ["of an incident", "of a browser", "that stands in itself"])
def test_a_subscription_that_is_no_mailbox_for_the_whole_page_names_nobody(
    kind: str, second: Subscription, incident: Incident, at: datetime
) -> None:
    mine = second
    if kind == "of an incident":
        mine = Subscription.ask(
            incident.page, destination="ada@example.com", incident=incident, at=at
        )
    elif kind == "of a browser":
        mine.channel, mine.stands_in_for = "webpush", None
        mine.save()
    with pytest.raises(ValidationError, match="Only an e-mail subscription"):
        mine.name_stand_in("victim@example.net", at)
