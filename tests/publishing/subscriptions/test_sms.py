"""A reader's own telephone: asked there, confirmed by a button, told, and never at great cost."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from incidents.models import Incident, Page
from notifications import rounds
from notifications.channels import channels
from notifications.models import Delivery, Subscription, Wish
from people.actors import Actor
from tests.notifications.conftest import loopback_open
from tests.sinks.chats import answered
from tests.sinks.http import HttpSink

__all__ = ["loopback_open"]

pytestmark = pytest.mark.django_db
FORM = "/subscribe/sms/"
NUMBER = "+14155550123"
LINK = re.compile(r"http://localhost:8000(/subscriptions/\S+/)")


@pytest.fixture
def twilio(settings: Settings, loopback_open: None) -> Iterator[HttpSink]:
    """Twilio, and an operator who lets readers of two countries sign up."""
    with HttpSink() as sink:
        sink.reply = lambda _entry: answered({"sid": f"SM{len(sink.entries)}"}, 201)
        settings.SMS_URL = channels()["sms"].example(sink.url).settings["SMS_URL"]
        settings.SMS_SIGN_UP, settings.SMS_COUNTRIES = True, ["+1", "+49"]
        yield sink


def ask(reader: Client, number: str = NUMBER, **more: str) -> str:
    """Sends the form, and has what it asked for done."""
    answer = reader.post(FORM, {"destination": number} | more)
    assert answer.status_code == 200
    rounds.run_all(timezone.now())
    return answer.content.decode()


def texts(twilio: HttpSink) -> list[str]:
    return [parse_qs(each["body"])["Body"][0] for each in twilio.entries]


def test_a_number_is_asked_confirmed_and_told(
    page: Page, reader: Client, twilio: HttpSink, by: Actor
) -> None:
    assert f'href="{FORM}"' in reader.get("/subscribe/").content.decode()
    assert reader.get(FORM).status_code == 200
    assert "Look at your telephone" in ask(reader, "+1 (415) 555-0123")
    (question,) = texts(twilio)
    assert question.startswith("Do you want to hear from Example Mail?")
    link = LINK.search(question)
    assert link
    assert Subscription.objects.get().state == "pending"
    assert "Change or leave" in reader.post(link[1]).content.decode()
    Incident.open(page, title="Lost", body="We look.", by=by, at=timezone.now())
    rounds.run_all(timezone.now())
    assert "Lost" in texts(twilio)[1]
    assert set(Delivery.objects.values_list("destination", flat=True)) == {NUMBER}


@pytest.mark.parametrize("typed", ["", "415 555 0123", "+43 1 2345678"])
def test_what_is_no_number_of_these_countries_is_refused_with_what_was_typed(
    page: Page, reader: Client, twilio: HttpSink, typed: str
) -> None:
    answer = reader.post(FORM, {"destination": typed})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="destination-error"' in html
    assert f'value="{typed}"' in html
    assert not Wish.objects.exists()


def test_without_the_operators_word_there_is_no_form(
    page: Page, reader: Client, twilio: HttpSink, settings: Settings
) -> None:
    settings.SMS_SIGN_UP = False
    assert FORM not in reader.get("/subscribe/").content.decode()
    assert reader.get(FORM).status_code == 404
    assert reader.post(FORM, {"destination": NUMBER}).status_code == 404
    assert not Wish.objects.exists()


def test_a_robot_that_fills_everything_in_costs_nothing(
    page: Page, reader: Client, twilio: HttpSink
) -> None:
    ask(reader, website="x")
    assert twilio.entries == []


def test_questions_use_up_a_quarter_of_the_day_at_most(
    page: Page, reader: Client, twilio: HttpSink, settings: Settings
) -> None:
    settings.SMS_PER_DAY = 8
    for number in range(4):
        ask(reader, f"{NUMBER[:-1]}{number}")
    assert len(twilio.entries) == 2
    failed = Delivery.objects.filter(state="failed").values_list("last_error", flat=True)
    assert set(failed) == {"The 2 SMS that ask on this day are sent."}


def test_a_number_that_staff_connected_gets_no_link_to_it(
    page: Page, reader: Client, twilio: HttpSink, by: Actor, at: datetime
) -> None:
    Subscription.connect(page, channel="sms", destination=NUMBER, by=by, at=at)
    ask(reader)
    assert twilio.entries == []


def test_a_day_that_is_used_up_is_no_fault_of_a_readers_number(
    page: Page, twilio: HttpSink, settings: Settings, by: Actor, at: datetime
) -> None:
    settings.SMS_PER_DAY = 0
    Subscription.objects.create(
        page=page, channel="sms", destination=NUMBER, owner="reader", state="confirmed",
        asked_at=at, confirmed_at=at,
    )  # fmt: skip
    for number in range(12):
        moment = at + timedelta(minutes=10 * number)
        Incident.open(page, title=f"Lost {number}", body="We look.", by=by, at=moment)
        rounds.run_all(moment)
    assert Delivery.objects.filter(state="failed").count() == 12
    assert Subscription.objects.get().state == "confirmed"
