"""How readers come and go: double opt-in, links that act for one purpose, no flood."""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from incidents.models import Component, Incident, Page, Update
from notifications import rounds, tokens
from notifications.models import Broadcast, Bucket, Delivery, Subscription, Suppression, Wish
from people.actors import Actor
from tests.network import closed
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

State = Subscription.State
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ADA = "ada@example.com"


def ask(page: Page, at: datetime, **rest: object) -> Subscription:
    rest.setdefault("destination", ADA)
    return Subscription.ask(page, at=at, **rest)  # type: ignore[arg-type]


def text(smtp: SmtpSink, number: int = -1) -> str:
    part = smtp.mails[number].get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_who_asks_gets_one_mail_and_is_told_nothing_else_until_confirming(
    page: Page, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscription = ask(page, at)
    Incident.open(page, title="Down", body="Looking.", by=by, at=at)
    rounds.run_all(at)
    assert [mail["Subject"] for mail in smtp.mails] == ["Confirm your subscription to Example Mail"]
    assert subscription.confirm_url in text(smtp)
    assert smtp.mails[0]["List-Unsubscribe"] is None


def test_who_confirms_during_an_open_incident_gets_its_newest_update_at_once(
    page: Page, incident: Incident, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="The newest news.", by=by, at=at)
    rounds.run_all(at)
    subscription = ask(page, at)
    assert Subscription.confirm(subscription.token("confirm"), at + HOUR)
    assert Delivery.objects.get(broadcast__isnull=False).lane == "urgent"
    rounds.run_all(at + HOUR)
    assert "The newest news." in text(smtp)
    assert Delivery.objects.filter(broadcast__isnull=False).count() == 1


def test_who_confirms_while_an_update_is_being_told_gets_it_once(
    page: Page, incident: Incident, smtp: SmtpSink, at: datetime
) -> None:
    (opened,) = Broadcast.open_due(at)
    Subscription.confirm(ask(page, at).token("confirm"), at)
    assert Delivery.objects.get(broadcast=opened).destination == ADA
    rounds.run_all(at)
    assert [mail["Subject"] for mail in smtp.mails].count("[Example Mail] Mail cannot be read") == 1
    assert Delivery.objects.filter(broadcast=opened).count() == 1


def test_who_confirms_behind_the_back_of_a_fan_out_gets_its_update_too(
    page: Page,
    incident: Incident,
    at: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    token = ask(page, at).token("confirm")
    with django_capture_on_commit_callbacks(execute=True):
        Subscription.confirm(token, at)
        # Opened and expanded by a process that could not see the confirmation yet.
        (opened,) = Broadcast.open_due(at)
        Broadcast.objects.filter(pk=opened.pk).update(expanded_at=at)
    assert Delivery.objects.get(broadcast=opened).destination == ADA


def test_who_confirms_when_all_is_over_is_told_nothing_old(
    page: Page, incident: Incident, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", by=by, at=at)
    rounds.run_all(at)
    Subscription.confirm(ask(page, at).token("confirm"), at)
    assert not Delivery.objects.filter(broadcast__isnull=False).exists()


def test_a_component_subscriber_catches_up_on_that_component_only(
    page: Page, incident: Incident, component: Component, smtp: SmtpSink, at: datetime
) -> None:
    rounds.run_all(at)
    Subscription.confirm(ask(page, at, components=[component]).token("confirm"), at)
    assert not Delivery.objects.filter(broadcast__isnull=False).exists()


def test_a_confirmation_link_works_once_and_for_two_days(
    page: Page, smtp: SmtpSink, at: datetime
) -> None:
    token = ask(page, at).token("confirm")
    assert Subscription.confirm(token, at + 49 * HOUR) is None
    assert Subscription.by_confirm_token(token, at + 48 * HOUR)
    assert Subscription.confirm(token, at + 48 * HOUR)
    assert Subscription.confirm(token, at + 48 * HOUR) is None


def test_looking_at_a_link_changes_nothing(page: Page, smtp: SmtpSink, at: datetime) -> None:
    subscription = ask(page, at)
    for _ in range(3):
        assert Subscription.by_confirm_token(subscription.token("confirm"), at) == subscription
        assert Subscription.by_unsubscribe_token(subscription.token("unsubscribe")) == subscription
        assert Subscription.by_manage_token(subscription.token("manage")) == subscription
    subscription.refresh_from_db()
    assert subscription.state == State.PENDING


def test_a_link_acts_for_its_own_purpose_only(page: Page, smtp: SmtpSink, at: datetime) -> None:
    subscription = ask(page, at)
    confirm, manage, leave = (
        subscription.token(purpose) for purpose in ("confirm", "manage", "unsubscribe")
    )
    assert len({confirm, manage, leave}) == 3
    for wrong in (manage, leave, "", "x", confirm[:-1], confirm[:-1] + "é", "a" * len(confirm)):
        assert Subscription.confirm(wrong, at) is None
    for wrong in (manage, confirm):
        assert Subscription.unsubscribe(wrong, at) is None
    for wrong in (leave, confirm):
        assert Subscription.by_manage_token(wrong) is None


def test_no_flipped_bit_of_a_token_is_taken(page: Page, smtp: SmtpSink, at: datetime) -> None:
    token = ask(page, at).token("manage")
    forged = [
        token[:place] + ("0" if token[place] != "0" else "1") + token[place + 1 :]
        for place in range(len(token))
    ]
    assert not any(Subscription.by_manage_token(each) for each in forged)


def test_a_new_nonce_makes_old_links_worthless_except_the_way_out(
    page: Page, smtp: SmtpSink, at: datetime
) -> None:
    subscription = ask(page, at)
    old = tokens.make("manage", subscription.public_id, "another")
    assert Subscription.by_manage_token(old) is None
    out = tokens.make("unsubscribe", subscription.public_id, "another")
    assert Subscription.by_unsubscribe_token(out) == subscription


def test_leaving_works_at_once_twice_and_for_good(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    token = subscriber().token("unsubscribe")
    for _ in range(2):
        left = Subscription.unsubscribe(token, at)
        assert left is not None
        assert left.state == State.UNSUBSCRIBED
    assert rounds.run_all(at) == 0


def test_who_left_may_come_back_by_confirming_again(
    page: Page, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber().end(at)
    again = ask(page, at)
    assert again.state == State.PENDING
    assert Subscription.confirm(again.token("confirm"), at)


def test_a_known_address_is_told_so_and_keeps_what_it_had(
    page: Page, subscriber: Subscriber, component: Component, smtp: SmtpSink, at: datetime
) -> None:
    known = subscriber(ADA, component)
    ask(page, at)
    rounds.run_all(at)
    known.refresh_from_db()
    assert (known.state, list(known.components.all())) == (State.CONFIRMED, [component])
    assert known.manage_url in text(smtp)


def test_a_suppressed_address_gets_nothing(page: Page, smtp: SmtpSink, at: datetime) -> None:
    Suppression.add("email", ADA, "complaint", at)
    assert ask(page, at).destination == ADA
    assert rounds.run_all(at) == 0


def test_one_address_gets_three_confirmations_a_day_however_often_asked(
    page: Page, smtp: SmtpSink, at: datetime
) -> None:
    for _number in range(50):
        ask(page, at, destination="ADA@example.com")
    assert Delivery.objects.count() == 3
    ask(page, at + timedelta(days=1))
    assert Delivery.objects.count() == 4


SLACK = "https://hooks.slack.com/services/T0ACME/B0HOOK"


def leave(page: Page, at: datetime, number: int = 1, **rest: str) -> None:
    typed: dict[str, Any] = {
        "destination": f"reader{number}@example.com",
        "remote_ip": "198.51.100.1",
    }
    Wish.leave(page, at=at, **typed | rest)


def test_a_wish_comes_true_in_the_background_the_last_of_several_alike(
    page: Page, smtp: SmtpSink, component: Component, at: datetime
) -> None:
    leave(page, at)
    Wish.leave(page, destination="reader1@example.com", components=[component], at=at)
    assert not Subscription.objects.exists()
    rounds.run_all(at)
    assert list(Subscription.objects.get().components.all()) == [component]
    assert (len(smtp.mails), Wish.objects.count()) == (1, 0)


def test_a_wish_that_two_rounds_have_read_comes_true_once(page: Page, at: datetime) -> None:
    leave(page, at)
    wish = Wish.objects.get()
    for _ in range(2):
        wish._come_true(at)
    assert Delivery.objects.count() == 1


def test_a_wish_that_fits_its_page_no_longer_is_dropped(
    page: Page, smtp: SmtpSink, by: Actor, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    page.change(languages=["de"], by=by, at=at)
    leave(page, at, language="de")
    page.change(languages=[], by=by, at=at)
    assert rounds.run_all(at) == 0
    assert not Wish.objects.exists()
    assert "fits its page no longer" in caplog.text


def test_wishes_that_cannot_be_taken_up_let_others_pass_and_are_tried_ever_more_rarely(
    page: Page, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        leave(page, at, number)
    ask, tried = Subscription.ask, []

    def broken(page: Page, *, destination: str, **rest: Any) -> Subscription:
        if destination == "reader2@example.com":
            return ask(page, destination=destination, **rest)
        tried.append(rest["at"])
        raise RuntimeError("not today")

    monkeypatch.setattr(Subscription, "ask", broken)
    monkeypatch.setattr("notifications.models.wish.AT_A_TIME", 2)
    for _round in range(14):
        Wish.take_up(Wish.objects.earliest("due_at").due_at)
    assert Subscription.objects.get().destination == "reader2@example.com"
    waits = [(late - early).total_seconds() for early, late in pairwise(tried[::2])]
    assert waits == [*(5 * 2**power for power in (0, 0, *range(1, 10))), 3600.0]
    assert Wish.objects.count() == 2


def test_a_wish_of_which_nothing_comes_for_a_week_is_dropped_and_one_that_waits_its_turn_is_not(
    page: Page, at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("notifications.models.sign_up.A_DOMAIN", 1)
    late = at + timedelta(days=7, hours=1)
    Bucket.take("confirmations to @example.net", limit=1, every=HOUR, at=late)
    leave(page, at)
    leave(page, at, destination="ada@example.net")
    monkeypatch.setattr(Subscription, "ask", Mock(side_effect=RuntimeError("not today")))
    for moment in (at, late - HOUR):
        Wish.take_up(moment)
        Wish.objects.update(due_at=late)
        assert Wish.objects.count() == 2
    Wish.take_up(late)
    assert Wish.objects.get().destination == "ada@example.net"
    assert "A sign-up was dropped" in caplog.text


def test_wishes_whose_secret_no_key_opens_step_aside_with_one_word_and_go_after_a_week(
    page: Page, settings: Settings, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    right = settings.ENCRYPTION_KEY
    for number in range(3):
        leave(page, at, channel="slack", destination=f"{SLACK}/s3cr3t-s3cr3t-{number}")
    leave(page, at)
    settings.ENCRYPTION_KEY = "another"
    Wish.take_up(at)
    assert Wish.objects.filter(due_at__gt=at).count() == 3
    assert Subscription.objects.get().channel == "email"
    (record,) = caplog.records
    assert record.getMessage().startswith("3 sign-ups")
    settings.ENCRYPTION_KEY = right
    first = Wish.objects.earliest("pk").pk
    Wish.objects.exclude(pk=first).update(due_at=at + timedelta(days=8))
    Wish.take_up(at + MINUTE)
    assert Subscription.objects.filter(channel="slack").count() == 1
    settings.ENCRYPTION_KEY = "another"
    Wish.take_up(at + timedelta(days=8))
    assert not Wish.objects.exists()


def test_one_network_cannot_ask_for_ever(page: Page, at: datetime) -> None:
    for number in range(60):
        leave(page, at, number)
    with pytest.raises(ValidationError) as refused:
        leave(page, at, 61)
    assert "email" in refused.value.message_dict
    assert Wish.objects.count() == 60


def test_a_webhook_is_signed_up_without_asking_a_name_server(page: Page, at: datetime) -> None:
    address = "https://hooks.example.com/status"
    with closed():
        leave(page, at, channel="webhook", destination=address, contact="ada@example.com")
        Wish.take_up(at)
    assert Subscription.objects.get().destination == address


def test_a_channel_of_slack_is_signed_up_without_asking_a_name_server(
    page: Page, at: datetime
) -> None:
    with closed():
        leave(page, at, channel="slack", destination=f"{SLACK}/s3cr3t-s3cr3t")
        Wish.take_up(at)
    assert Subscription.objects.get().channel == "slack"


def test_what_a_network_types_too_often_is_not_even_read(page: Page, at: datetime) -> None:
    for number in range(60):
        leave(page, at, number)
    with pytest.raises(ValidationError, match="Too many sign-ups"):
        leave(page, at, destination="no address")


def test_whoever_comes_when_a_domain_had_its_share_is_asked_in_the_next_hour(
    page: Page, smtp: SmtpSink, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.models.sign_up.A_DOMAIN", 2)
    for number in range(4):
        leave(page, at, number)
    leave(page, at, destination="ada@example.net")
    rounds.run_all(at)
    assert (len(smtp.mails), Wish.objects.count()) == (3, 2)
    rounds.run_all(at + timedelta(minutes=59))
    assert len(smtp.mails) == 3
    rounds.run_all(at + timedelta(hours=1))
    assert (len(smtp.mails), Wish.objects.count()) == (5, 0)


def test_what_an_address_is_refused_counts_for_no_domain(
    page: Page, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.models.sign_up.A_DOMAIN", 4)
    for _each in range(9):
        ask(page, at)
    ask(page, at, destination="bob@example.com")
    assert Delivery.objects.count() == 4


def test_what_a_domain_is_refused_counts_for_no_address(
    page: Page, smtp: SmtpSink, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.models.sign_up.A_DOMAIN", 0)
    for _each in range(3):
        ask(page, at)
    monkeypatch.setattr("notifications.models.sign_up.A_DOMAIN", 1)
    ask(page, at)
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("address", ["a@example.com, b@example.com", "jörg@example.com", "x"])
def test_a_bad_address_is_refused_before_anything_is_stored(
    page: Page, at: datetime, address: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        ask(page, at, destination=address)
    assert "email" in refused.value.message_dict
    assert not Subscription.objects.exists()
    assert not Bucket.objects.exists()


def test_kinds_and_components_are_checked(page: Page, by: Actor, at: datetime) -> None:
    other = Component.add(Page.found(name="B", slug="b", by=by, at=at), "X", by=by, at=at)
    for field, scope in (("kinds", {"kinds": ["gossip"]}), ("components", {"components": [other]})):
        with pytest.raises(ValidationError) as refused:
            ask(page, at, **scope)
        assert field in refused.value.message_dict
    assert not Subscription.objects.exists()


def test_what_nobody_confirmed_is_forgotten_after_a_week(
    page: Page, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber("kept@example.com")
    ask(page, at)
    Subscription.forget_unconfirmed(at + timedelta(days=6))
    assert Subscription.objects.count() == 2
    Subscription.forget_unconfirmed(at + timedelta(days=8))
    assert Subscription.objects.get().destination == "kept@example.com"


def test_whoever_is_refused_uses_nothing_up_of_what_is_left_for_others(
    page: Page, at: datetime
) -> None:
    for number in range(70):
        with suppress(ValidationError):
            leave(page, at, number)
    assert Bucket.objects.get(key="sign-up").taken == 60


def test_links_are_stored_nowhere(page: Page, smtp: SmtpSink, at: datetime) -> None:
    subscription = ask(page, at)
    rows = [str(row) for row in (*Subscription.objects.values(), *Delivery.objects.values())]
    secrets = [subscription.token(p)[12:] for p in ("confirm", "manage", "unsubscribe")]
    assert not any(secret in row for secret in secrets for row in rows)


def test_a_bucket_gives_no_more_than_it_holds(db: None, at: datetime) -> None:
    taken = [Bucket.take("k", limit=2, every=HOUR, at=at) for _ in range(4)]
    assert taken == [True, True, False, False]
    assert Bucket.take("k", limit=2, every=HOUR, at=at + HOUR)
    Bucket.empty_old(at + timedelta(days=3))
    assert not Bucket.objects.exists()


def test_who_signs_up_in_german_is_written_to_in_german_with_links_to_german_pages(
    page: Page, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    page.change(languages=["de", "ar"], by=by, at=at)
    subscription = ask(page, at, language="de")
    rounds.run_all(at)
    assert smtp.mails[0]["Subject"] == "Bestätigen Sie Ihre Anmeldung bei Example Mail"
    assert f"http://localhost:8000/de/subscriptions/confirm/{subscription.token('confirm')}/" in (
        text(smtp)
    )
    subscription.speak("")
    assert subscription.confirm_url.startswith("http://localhost:8000/subscriptions/")


def test_nobody_is_written_to_in_a_language_that_the_page_lacks(page: Page, at: datetime) -> None:
    with pytest.raises(ValidationError) as refused:
        ask(page, at, language="fr")
    assert "language" in refused.value.message_dict


def test_who_asks_again_in_another_language_is_written_to_in_that_one(
    page: Page, by: Actor, at: datetime
) -> None:
    page.change(languages=["de"], by=by, at=at)
    ask(page, at, language="de")
    assert ask(page, at).language == ""
