"""What the owner of an address may do: see it all, take it along, renew the key, be forgotten."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from incidents.models import Event, Incident, Page, Update
from notifications import rounds
from notifications.models import (
    Broadcast,
    Bucket,
    Chunk,
    Delivery,
    Erased,
    KeptMail,
    Remnant,
    Subscription,
    Wish,
)
from notifications.outcomes import Outcome
from notifications.senders.loads import LEFT
from people.actors import Actor
from tests.locks import UNTIL_SOMEBODY_WAITS
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

ADA = "ada@example.com"
HOOK = "https://hooks.example.com/ada"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ada(page: Page, incident: Incident, smtp: SmtpSink, by: Actor, at: datetime) -> Subscription:
    """Ada hears of the page, follows an incident, and was told of it."""
    for about in (None, incident):
        asked = Subscription.ask(page, destination=ADA, incident=about, at=at)
        Subscription.confirm(asked.token("confirm"), at)
    rounds.run_all(at)
    return Subscription.objects.get(incident=None)


def keep(page: Page, address: str, at: datetime) -> None:
    """Keeps a mail instead of sending it."""
    KeptMail.objects.create(page=page, recipient=address, sender="s", subject="x", kept_at=at)


def test_all_of_an_address_is_seen_together_and_no_others(
    ada: Subscription, subscriber: Subscriber
) -> None:
    subscriber("other@example.com")
    assert {each.destination for each in ada.siblings()} == {ADA}
    assert ada.siblings().count() == 2


def test_the_export_holds_what_is_kept_and_fits_json(ada: Subscription, incident: Incident) -> None:
    data = json.loads(json.dumps(ada.personal_data(), cls=DjangoJSONEncoder))
    assert data["address"] == ADA
    assert [each["incident"] for each in data["subscriptions"]] == [incident.title, None]
    assert {each["stream"] for each in data["messages"]} == {"confirmation", "update"}


def test_erasure_leaves_nothing_of_the_person_and_all_of_the_record(
    ada: Subscription, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    other = subscriber("other@example.com")
    journal = list(Event.objects.values())
    ada.erase(at)
    rows: list[Any] = [Subscription, Delivery, Bucket, Broadcast, Event]
    assert not any(ADA in str(each) for kind in rows for each in kind.objects.values())
    assert list(Event.objects.values()) == journal
    assert Broadcast.objects.get().recipients == 1
    assert Subscription.objects.get() == other
    Update.post(Incident.objects.get(), body="More.", by=by, at=at)
    assert rounds.run_all(at) == 1


def test_what_nobody_has_taken_up_is_erased_at_once(
    ada: Subscription, page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="More.", by=by, at=at)
    rounds.tell(at)
    assert Chunk.objects.unfinished().exists()
    ada.erase(at)
    assert not Delivery.objects.exists()
    assert not Remnant.objects.exists()


def test_what_is_sent_in_a_chunk_is_erased_when_the_chunk_is_done(
    ada: Subscription, incident: Incident, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="More.", by=by, at=at)
    rounds.tell(at)
    chunk = Chunk.claim("email", "sender", at)
    assert chunk
    ada.erase(at)
    assert Delivery.objects.get() == chunk.open().get()
    assert not Subscription.objects.exists()
    rounds.sweep(at + MINUTE)
    chunk.open().update(state="sent", sent_at=at + MINUTE)
    keep(incident.page, ADA, at + MINUTE)
    rounds.sweep(at + MINUTE)
    assert Delivery.objects.exists()
    chunk.finish("sender", at + MINUTE)
    rounds.sweep(at + MINUTE)
    for each in (Delivery, Remnant, KeptMail):
        assert not each._default_manager.exists()


def test_what_is_sent_by_itself_is_erased_when_that_is_done(page: Page, at: datetime) -> None:
    asked = Subscription.ask(page, destination=ADA, at=at)
    (held,) = Delivery.claim("urgent", "sender", 10, at)
    asked.erase(at)
    rounds.sweep(at)
    assert Delivery.objects.get() == held
    held.settle(Outcome.sent(), at)
    rounds.sweep(at)
    assert not Delivery.objects.exists()


def test_what_a_dead_sender_held_is_erased_when_its_lease_is_over(page: Page, at: datetime) -> None:
    asked = Subscription.ask(page, destination=ADA, at=at)
    Delivery.claim("urgent", "sender", 10, at)
    asked.erase(at)
    rounds.sweep(at + MINUTE)
    assert not Delivery.objects.exists()


def test_sign_ups_that_wait_and_mails_that_were_kept_are_erased_with_their_address(
    ada: Subscription, page: Page, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    for place in (page, other):
        for address in (ADA, "bob@example.com"):
            Wish.leave(place, destination=address, at=at)
            keep(place, address, at)
        Wish.leave(place, channel="webhook", destination=HOOK, contact=ADA, at=at)
    ada.erase(at)
    assert [each.destination for each in page.wishes.all()] == ["bob@example.com"]
    assert [each.recipient for each in page.kept_mails.all()] == ["bob@example.com"]
    assert (other.wishes.count(), other.kept_mails.count()) == (3, 2)


def test_what_is_written_between_two_steps_of_an_erasure_goes_with_it(
    ada: Subscription, hook: Subscription, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, erase = Broadcast.objects.get(), Remnant.erase
    for each in (ada, hook):
        late = [told.delivery_to(each, lane="mail", at=at)]

        def erased(rows: Any, at: datetime, late: list[Delivery] = late) -> int:
            left = erase(rows, at)
            if late:
                late.pop().save()
            return left

        monkeypatch.setattr(Remnant, "erase", erased)
        each.erase(at)
        assert not late
        assert not Delivery.objects.filter(destination=each.destination).exists()


def test_what_a_fan_out_commits_after_an_erasure_is_erased_by_the_next_sweep(
    ada: Subscription, subscriber: Subscriber, at: datetime
) -> None:
    late = Broadcast.objects.get().delivery_to(ada, lane="mail", at=at)
    again = subscriber("other@example.com")
    ada.erase(at)
    late.save()
    rounds.sweep(at + MINUTE)
    assert not Delivery.objects.filter(destination=ADA).exists()
    assert Erased.objects.count() == 2
    subscriber(ADA)
    rounds.sweep(at + timedelta(hours=1))
    assert not Erased.objects.exists()
    assert {each.destination for each in Subscription.objects.all()} == {ADA, again.destination}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_wish_that_comes_true_at_the_instant_of_an_erasure_is_erased_with_what_it_wrote(
    ada: Subscription, page: Page, at: datetime
) -> None:
    Wish.leave(page, channel="webhook", destination=HOOK, contact=ADA, at=at)
    wish, changed = Wish.objects.get(), threading.Event()

    def come_true() -> None:
        with transaction.atomic():
            wish._come_true(at)
            changed.set()
            with connection.cursor() as cursor:
                # Until the other one waits for this row.
                cursor.execute(UNTIL_SOMEBODY_WAITS)
        connection.close()

    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(come_true)
        assert changed.wait(10)
        ada.erase(at)
        coming.result()
    for each in (Wish, Subscription, Delivery):
        assert not each._default_manager.exists()


def test_nobody_is_asked_who_was_erased_meanwhile(page: Page, smtp: SmtpSink, at: datetime) -> None:
    Subscription.ask(page, destination=ADA, at=at).delete()
    rounds.run_all(at)
    assert not smtp.mails
    assert Delivery.objects.get().last_error == LEFT


def test_a_new_key_goes_by_mail_and_the_old_link_opens_nothing(
    ada: Subscription, smtp: SmtpSink, at: datetime
) -> None:
    old = [(each.token("manage"), each.token("unsubscribe")) for each in ada.siblings()]
    sent = len(smtp.mails)
    assert ada.rotate(at + timedelta(days=1))
    rounds.run_all(at + timedelta(days=1))
    (mail,) = smtp.mails[sent:]
    part = mail.get_body(("plain",))
    assert part is not None
    assert ada.manage_url in str(part.get_content())
    assert "takes the place" in str(part.get_content())
    for manage, leave in old:
        assert Subscription.by_manage_token(manage) is None
        assert Subscription.by_unsubscribe_token(leave) is not None


def test_keys_are_not_renewed_when_no_mail_may_go(ada: Subscription, at: datetime) -> None:
    before = ada.token("manage")
    assert [ada.rotate(at) for _ in range(3)] == [True, False, False]
    assert ada.token("manage") != before
    assert Subscription.by_manage_token(ada.token("manage")) == ada


def test_a_channel_without_a_mailbox_is_its_own_only_kin(
    ada: Subscription, hook: Subscription, page: Page, at: datetime
) -> None:
    nobody = Delivery.test(page, channel="email", destination="", lane="urgent", at=at)
    assert list(hook.siblings()) == [hook]
    hook.erase(at)
    assert Delivery.objects.filter(pk=nobody.pk).exists()
    assert ada.siblings().count() == 2


def test_what_an_address_looks_after_is_found_by_an_index(
    ada: Subscription, page: Page, at: datetime
) -> None:
    Subscription.objects.create(
        page=page, channel="webhook", destination="https://127.0.0.1/", contact=ADA, asked_at=at
    )
    assert ada.siblings().count() == 3
    if connection.vendor == "sqlite":
        plan = ada.siblings().explain()
        assert "subscription_destination" in plan
        assert "subscription_contact" in plan
