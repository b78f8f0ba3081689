"""SMS: to countries that the operator named, as many a day, and never to who said STOP."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from incidents.models import Incident, Page, Update
from notifications import rounds
from notifications.channels import channels
from notifications.models import Delivery, Subscription, Suppression
from notifications.models.suppression import Bucket
from people.actors import Actor
from tests.sinks.chats import answered
from tests.sinks.http import HttpSink, Reply

NUMBER = "+14155550123"


@pytest.fixture
def twilio(settings: Settings, loopback_open: None) -> Iterator[HttpSink]:
    """Twilio, as far as we use it."""
    with HttpSink() as sink:
        sink.reply = lambda _entry: answered({"sid": f"SM{len(sink.entries)}"}, 201)
        settings.SMS_URL = channels()["sms"].example(sink.url).settings["SMS_URL"]
        yield sink


@pytest.fixture
def telephone(page: Page, twilio: HttpSink, by: Actor, at: datetime) -> Subscription:
    """Somebody on call."""
    return Subscription.connect(page, channel="sms", destination=NUMBER, by=by, at=at)


def test_an_update_reaches_a_telephone(
    incident: Incident, telephone: Subscription, twilio: HttpSink, at: datetime
) -> None:
    rounds.run_all(at)
    (entry,) = twilio.entries
    sent = parse_qs(entry["body"])
    assert entry["path"] == "/2010-04-01/Accounts/AC17/Messages.json"
    assert (sent["To"], sent["From"]) == ([NUMBER], ["+14155550100"])
    assert sent["Body"][0].endswith(incident.updates.get().public_url)
    assert sent["Body"][0].isascii()
    assert Delivery.objects.get().provider_id == "SM0"


def test_a_messaging_service_can_stand_in_for_a_number(
    incident: Incident, telephone: Subscription, twilio: HttpSink, settings: Settings, at: datetime
) -> None:
    settings.SMS_URL = settings.SMS_URL | {"sender": "MG17"}
    rounds.run_all(at)
    assert parse_qs(twilio.entries[0]["body"])["MessagingServiceSid"] == ["MG17"]


def test_no_more_leave_a_day_than_the_operator_allows(
    incident: Incident, telephone: Subscription, twilio: HttpSink, settings: Settings, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    settings.SMS_PER_DAY = 1
    rounds.run_all(at)
    Update.post(incident, body="More.", by=by, at=at + timedelta(minutes=1))
    rounds.run_all(at + timedelta(minutes=1))
    assert len(twilio.entries) == 1
    over = Delivery.objects.get(state=Delivery.State.FAILED)
    assert "SMS_PER_DAY" in over.last_error


@pytest.mark.parametrize("hung_up", [True, False])
def test_what_the_provider_did_not_take_uses_up_nothing_of_the_day(
    incident: Incident, telephone: Subscription, twilio: HttpSink, settings: Settings,
    at: datetime, hung_up: bool,
) -> None:  # fmt: skip
    settings.SMS_PER_DAY = 1
    twilio.reply = lambda _entry: answered({"code": 20429, "message": "slower"}, 429)
    account = settings.SMS_URL
    if hung_up:
        settings.SMS_URL = account | {"api": "http://127.0.0.1:9"}
    rounds.run_all(at)
    assert Bucket.taken_of("sms", every=timedelta(days=1), at=at) == 0
    twilio.reply, settings.SMS_URL = lambda _entry: answered({"sid": "SM1"}, 201), account
    rounds.run_all(at + timedelta(minutes=1))
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert Bucket.taken_of("sms", every=timedelta(days=1), at=at) == 1


@pytest.mark.parametrize(("code", "reason"), [(21610, "STOP"), (21211, "No SMS can reach it")])
def test_who_said_stop_or_has_no_such_number_is_left_alone_from_then_on(
    incident: Incident, telephone: Subscription, twilio: HttpSink, at: datetime, code: int,
    reason: str,
) -> None:  # fmt: skip
    twilio.reply = lambda _entry: answered({"code": code, "message": "no", "status": 400}, 400)
    rounds.run_all(at)
    assert reason in Suppression.objects.get(channel="sms", destination=NUMBER).reason


def test_an_account_that_is_refused_is_said_clearly(
    incident: Incident, telephone: Subscription, twilio: HttpSink, at: datetime
) -> None:
    twilio.reply = lambda _entry: Reply(401, body=b'{"code": 20003, "message": "Authenticate"}')
    rounds.run_all(at)
    assert "SMS refuses our key" in Delivery.objects.get().last_error


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("+1 (415) 555-0123", NUMBER), ("0049 30 1234567", "+49301234567")],
)
def test_a_number_is_kept_as_the_network_writes_it(typed: str, kept: str) -> None:
    assert channels()["sms"].validate_destination(typed) == kept


@pytest.mark.parametrize("typed", ["415 555 0123", "+0123456789", "+1415", "+٤٩٣٠١٢٣٤٥٦٧"])
def test_a_number_without_its_country_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        channels()["sms"].validate_destination(typed)


def test_only_countries_that_the_operator_named_are_written_to(settings: Settings) -> None:
    settings.SMS_COUNTRIES = ["+49", "+43"]
    assert channels()["sms"].validate_destination("+49301234567")
    with pytest.raises(ValidationError, match=r"begin with \+49, \+43"):
        channels()["sms"].validate_destination(NUMBER)


def test_readers_cannot_sign_up_unless_the_operator_says_so_and_names_countries(
    twilio: HttpSink, settings: Settings
) -> None:
    sms = channels()["sms"]
    assert sms.public is False
    settings.SMS_SIGN_UP = True
    assert sms.public is False
    settings.SMS_COUNTRIES = ["+49"]
    assert sms.public is True


def test_without_an_account_nothing_can_be_connected(page: Page, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError, match="SMS_URL"):
        Subscription.connect(page, channel="sms", destination=NUMBER, by=by, at=at)
