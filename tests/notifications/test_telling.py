"""From a verb on the record to a mail and a webhook, by way of the journal."""

from datetime import datetime, timedelta

import pytest
from standardwebhooks import Webhook

from incidents.core.levels import Level
from incidents.models import ActionItem, Component, Incident, Page, Postmortem, Update
from notifications import reached, rounds
from notifications.models import Broadcast, Delivery, Subscription, Suppression
from notifications.senders.sieve import Sieve
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.http import HttpSink
from tests.sinks.smtp import SmtpSink

State = Delivery.State


def test_an_update_reaches_mail_and_webhook(
    incident: Incident, subscriber: Subscriber, hook: Subscription, smtp: SmtpSink,
    endpoint: HttpSink, at: datetime,
) -> None:  # fmt: skip
    subscriber()
    assert rounds.run_all(at) == 2
    assert [mail["To"] for mail in smtp.mails] == ["ada@example.com"]
    assert endpoint.bodies[0]["incident"]["name"] == "Mail cannot be read"
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}


def test_the_webhook_speaks_statuspage_and_is_signed(
    incident: Incident, hook: Subscription, endpoint: HttpSink, at: datetime
) -> None:
    rounds.run_all(datetime.now(at.tzinfo))
    entry = endpoint.entries[0]
    body = Webhook(hook.settings["keys"][0]).verify(entry["body"].encode(), entry["headers"])
    assert list(body) == ["meta", "page", "incident", "candor"]
    assert body["meta"]["unsubscribe"] == hook.unsubscribe_url
    assert body["page"]["status_indicator"] == "critical"
    assert body["incident"]["incident_updates"][0]["body"] == "We are looking into it."
    assert body["incident"]["impact"] == "critical"


def test_telling_twice_tells_once(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber()
    rounds.run_all(at)
    rounds.run_all(at + timedelta(minutes=5))
    assert len(smtp.entries) == 1
    assert Broadcast.objects.get().fan_out(at) == 0


def test_one_address_is_told_once_whatever_it_hears_of(
    incident: Incident, subscriber: Subscriber, mailstore: Component, smtp: SmtpSink, at: datetime
) -> None:
    subscriber("ada@example.com", mailstore)
    rounds.run_all(at)
    assert len(smtp.entries) == 1


def test_telling_waits_for_tell_after(
    page: Page, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    page.change(tell_delay_seconds=30, by=by, at=at)
    subscriber()
    Incident.open(page, title="Slow", body="Looking.", by=by, at=at)
    assert rounds.run_all(at + timedelta(seconds=29)) == 0
    assert rounds.run_all(at + timedelta(seconds=30)) == 1


def test_a_component_subscriber_hears_of_that_component_only(
    incident: Incident, subscriber: Subscriber, component: Component, mailstore: Component,
    smtp: SmtpSink, at: datetime,
) -> None:  # fmt: skip
    subscriber("webmail@example.com", component)
    subscriber("both@example.com", component, mailstore)
    subscriber("all@example.com")
    rounds.run_all(at)
    told = {entry["recipients"][0] for entry in smtp.entries}
    assert told == {"both@example.com", "all@example.com"}


def test_kinds_that_were_not_picked_are_not_told(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    picky = subscriber()
    picky.rescope(kinds=["incident", "postmortem"])
    rounds.run_all(at)
    Update.post(incident, body="Still looking.", by=by, at=at + timedelta(minutes=5))
    rounds.run_all(at + timedelta(minutes=5))
    assert len(smtp.entries) == 1


@pytest.mark.parametrize("state", ["pending", "unsubscribed", "suppressed", "quarantined"])
def test_only_confirmed_subscriptions_are_told(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime, state: str
) -> None:
    Subscription.objects.filter(pk=subscriber().pk).update(state=state)
    assert rounds.run_all(at) == 0


def test_a_suppressed_address_is_left_alone_until_it_is_lifted(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    suppression = Suppression.add("email", "ada@example.com", "complaint", at)
    assert rounds.run_all(at) == 0
    suppression.lift(incident.page, by=by, at=at)
    Update.post(incident, body="Still looking.", by=by, at=at)
    assert rounds.run_all(at) == 1


def test_who_leaves_between_fan_out_and_sending_is_not_told(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscription = subscriber()
    rounds.tell(at)
    Subscription.unsubscribe(subscription.token("unsubscribe"), at)
    rounds.run_all(at)
    assert len(smtp.entries) == 0
    assert Delivery.objects.get().state == State.SUPPRESSED


def test_a_rehearsal_leaves_nothing(
    page: Page, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    Incident.open(page, title="Drill", body="A drill.", rehearsal=True, by=by, at=at)
    assert rounds.run_all(at) == 0


def test_a_private_page_tells_nobody_and_says_why(
    page: Page, incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber()
    Page.objects.filter(pk=page.pk).update(visibility=Page.Visibility.PRIVATE)
    assert rounds.run_all(at) == 0
    assert Broadcast.objects.get().silent_because == "The page is private."


def test_what_was_withdrawn_before_it_was_told_stays_untold(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    incident.withdraw("It never was.", by=by, at=at)
    assert rounds.run_all(at) == 0


def test_what_was_withdrawn_in_the_middle_of_telling_is_told_no_further(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    rounds.tell(at)
    incident.withdraw("It never was.", by=by, at=at)
    rounds.run_all(at)
    assert smtp.entries == []
    left = Delivery.objects.get()
    assert (left.state, left.last_error) == (
        State.SUPPRESSED, "The incident was withdrawn before this was sent.",
    )  # fmt: skip


def test_a_broadcast_that_cannot_be_expanded_silences_no_other(
    incident: Incident, page: Page, subscriber: Subscriber, smtp: SmtpSink, by: Actor,
    at: datetime, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    subscriber()
    Incident.open(page, title="Another", body="x", by=by, at=at)
    whole = Broadcast.component_ids

    def broken(self: Broadcast) -> list[int]:
        if self.incident_id == incident.pk:
            raise LookupError("The event is about nothing.")
        return whole(self)

    monkeypatch.setattr(Broadcast, "component_ids", broken)
    assert rounds.run_all(at) == 1
    monkeypatch.undo()
    assert rounds.run_all(at) == 1


def test_what_a_page_tells_stops_in_the_middle_when_it_is_made_private(
    page: Page, incident: Incident, subscriber: Subscriber, hook: Subscription, smtp: SmtpSink,
    endpoint: HttpSink, at: datetime,
) -> None:  # fmt: skip
    subscriber()
    rounds.tell(at)
    Page.objects.filter(pk=page.pk).update(visibility=Page.Visibility.PRIVATE)
    rounds.run_all(at)
    assert (smtp.entries, endpoint.entries) == ([], [])
    assert set(Delivery.objects.values_list("state", "last_error")) == {
        (State.SUPPRESSED, "The page is private.")
    }


@pytest.mark.usefixtures("loose")
def test_a_postmortem_that_is_withdrawn_in_the_middle_is_told_no_further(
    page: Page, incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    rounds.run_all(at)
    subscriber()
    postmortem = Postmortem.draft(page, title="Why it broke", incidents=[incident], by=by, at=at)
    postmortem.write_section("summary", "A disk.", by=by, at=at)
    postmortem.publish(by=by, at=at)
    rounds.tell(at)
    postmortem.withdraw("It names a customer.", by=by, at=at)
    rounds.run_all(at)
    assert smtp.entries == []
    assert Delivery.objects.get().last_error == "The postmortem was withdrawn."


def test_an_action_that_was_removed_after_it_was_told_of_stops_nothing(
    page: Page, incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber("daily@example.com").arrange(at=at, digest_hour=8)
    rounds.run_all(at)
    postmortem = Postmortem.draft(page, title="Why it broke", incidents=[incident], by=by, at=at)
    postmortem.write_section("summary", "A disk.", by=by, at=at)
    postmortem.publish(by=by, at=at)
    action = ActionItem.add(postmortem, "New disks", by=by, at=at)
    action.report("done", notify=True, by=by, at=at)
    subscriber()
    rounds.tell(at)
    # As it could be before such a removal was refused.
    action.delete()
    rounds.run_all(at)
    reached.note(at)
    rounds.run_all(at + timedelta(days=1))
    about_it = Delivery.objects.get(broadcast__event__kind="action.progressed")
    assert (about_it.state, about_it.last_error) == (State.SUPPRESSED, "The action was removed.")
    assert not Broadcast.objects.unreached().exists()
    assert "Why it broke" in str(smtp.mails[-1].get_body(("plain",)))
    assert smtp.mails[-1]["Subject"] == "[Example Mail] Daily digest"


def test_a_digest_of_which_nothing_is_left_is_not_sent(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber().arrange(at=at, digest_hour=8)
    rounds.tell(at)
    assert rounds.tell(at + timedelta(days=1)) == ["mail"]
    incident.withdraw("It never was.", by=by, at=at + timedelta(days=1))
    rounds.run_all(at + timedelta(days=1))
    assert smtp.entries == []
    assert "was taken back" in Delivery.objects.get().last_error


def test_a_row_that_cannot_be_looked_at_is_tried_again_and_holds_up_no_other(
    incident: Incident, subscriber: Subscriber, loose: None, smtp: SmtpSink, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    subscriber("ada@example.com")
    subscriber("bob@example.com")
    look = Sieve.why_not

    def why_not(self: Sieve, delivery: Delivery) -> str:
        if delivery.destination == "ada@example.com":
            raise LookupError("one bad row")
        return look(self, delivery)

    monkeypatch.setattr(Sieve, "why_not", why_not)
    rounds.run_all(at)
    states = dict(Delivery.objects.values_list("destination", "state"))
    assert states == {"ada@example.com": State.RETRY, "bob@example.com": State.SENT}


def test_words_redacted_before_they_were_sent_do_not_leave(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    rounds.tell(at)
    incident.updates.get().redact("It named a customer.", by=by, at=at)
    rounds.run_all(at)
    assert b"We are looking into it" not in smtp.raw[0]
    assert b"It named a customer." in smtp.raw[0]


def test_without_notify_nothing_is_told(
    page: Page, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    Incident.open(page, title="Old", body="Long ago.", notify=False, by=by, at=at)
    assert rounds.run_all(at) == 0


def test_a_postmortem_is_told(
    page: Page, incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    rounds.run_all(at)
    postmortem = Postmortem.draft(page, title="Why it broke", incidents=[incident], by=by, at=at)
    postmortem.write_section("summary", "A disk.", by=by, at=at)
    postmortem.publish(by=by, at=at)
    rounds.run_all(at)
    assert smtp.mails[-1]["Subject"] == "[Example Mail] Why it broke"
    assert "A disk." in smtp.mails[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_mail_carries_levels_and_what_came_before(
    incident: Incident, mailstore: Component, subscriber: Subscriber, smtp: SmtpSink, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    subscriber()
    Update.post(
        incident, body="Half of it is back.", levels={mailstore: Level.PARTIAL_OUTAGE},
        next_update_due=at + timedelta(hours=1), by=by, at=at + timedelta(minutes=9),
    )  # fmt: skip
    rounds.run_all(at + timedelta(minutes=9))
    body = smtp.mails[-1].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "* Mailstore: Partial outage" in text
    assert "Next update by 2 Mar 2026, 13:00 UTC." in text
    assert "Before this" in text
    assert "We are looking into it." in text
