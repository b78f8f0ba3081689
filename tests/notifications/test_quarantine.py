"""A reader's own endpoint that fails: left alone, its owner told, put back, or gone in the end."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Page
from notifications.models import Delivery, Subscription
from notifications.webhooks.signing import is_key
from people.actors import Actor

OWNER = "grace@example.com"


@pytest.fixture
def own(page: Page, loopback_open: None, at: datetime) -> Subscription:
    """A webhook that a reader asked for."""
    return Subscription.ask(
        page, channel="webhook", destination="http://127.0.0.1:9/hook", contact=OWNER, at=at
    )


def confirmed(own: Subscription, at: datetime) -> Subscription:
    found = Subscription.confirm(own.token("confirm"), at)
    assert found
    return found


def test_the_owner_confirms_by_mail_not_the_endpoint(own: Subscription) -> None:
    mail = Delivery.objects.get()
    assert (mail.channel, mail.destination, mail.lane) == ("email", OWNER, "urgent")
    assert (own.state, own.contact, own.owner) == ("pending", OWNER, "reader")
    assert is_key(own.settings["keys"][0])


def test_whoever_asks_for_an_endpoint_of_somebody_else_changes_nothing(
    own: Subscription, page: Page, at: datetime
) -> None:
    confirmed(own, at)
    again = Subscription.ask(
        page, channel="webhook", destination=own.destination, contact="eve@example.com", at=at
    )
    assert (again.pk, again.contact, again.settings) == (own.pk, OWNER, own.settings)
    assert set(Delivery.objects.values_list("destination", flat=True)) == {OWNER}


def test_links_of_an_earlier_asker_open_nothing(
    own: Subscription, page: Page, at: datetime
) -> None:
    first = own.token("confirm")
    Subscription.ask(
        page, channel="webhook", destination=own.destination, contact="ada@example.com", at=at
    )
    assert Subscription.confirm(first, at) is None


def test_an_endpoint_of_staff_is_out_of_readers_reach(
    page: Page, hook: Subscription, at: datetime
) -> None:
    Subscription.ask(page, channel="webhook", destination=hook.destination, contact=OWNER, at=at)
    hook.refresh_from_db()
    assert (hook.owner, hook.state, hook.contact) == ("staff", "confirmed", "")
    assert not Delivery.objects.exists()


def test_a_reader_whose_endpoint_staff_connects_can_do_nothing_with_it_any_more(
    own: Subscription, page: Page, by: Actor, at: datetime
) -> None:
    mine = confirmed(own, at)
    links = mine.token("manage"), mine.token("unsubscribe")
    Subscription.objects.update(quiet_from=22, quiet_until=7, language="de")
    theirs = Subscription.connect(
        page, channel="webhook", destination=own.destination, by=by, at=at
    )
    assert (theirs.pk, theirs.owner, theirs.contact) == (own.pk, "staff", "")
    theirs.refresh_from_db()
    assert (theirs.quiet_from, theirs.quiet_until, theirs.language) == (None, None, "")
    assert Subscription.by_manage_token(links[0]) is None
    assert Subscription.by_unsubscribe_token(links[1]) is None
    again = Subscription.connect(page, channel="webhook", destination=own.destination, by=by, at=at)
    assert again.public_id == theirs.public_id


def test_a_channel_of_staff_alone_cannot_be_asked_for(page: Page, at: datetime) -> None:
    with pytest.raises(ValidationError) as refused:
        Subscription.ask(page, channel="x", destination="@acme", contact=OWNER, at=at)
    assert "channel" in refused.value.message_dict


def test_the_owner_is_told_once_of_a_quarantine(own: Subscription, at: datetime) -> None:
    mine = confirmed(own, at)
    Delivery.objects.all().delete()
    for minute in range(0, 80, 8):
        mine.note_failure(at + timedelta(minutes=minute), "HTTP 500")
    mine.note_failure(at + timedelta(minutes=90), "HTTP 500")
    told = Delivery.objects.get()
    assert (told.destination, told.stream, told.merge) == (
        OWNER, "personal", {"quarantined": "HTTP 500"},
    )  # fmt: skip
    mine.refresh_from_db()
    assert mine.state == "quarantined"
    assert mine.put_back()
    assert not mine.put_back()


def test_after_ninety_days_in_quarantine_it_is_gone(
    own: Subscription, hook: Subscription, at: datetime
) -> None:
    confirmed(own, at).quarantine(at)
    hook.quarantine(at)
    assert Subscription.purge(at + timedelta(days=89)) == 0
    Subscription.purge(at + timedelta(days=91))
    assert list(Subscription.objects.all()) == [hook]
