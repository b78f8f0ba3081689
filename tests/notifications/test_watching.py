"""A notifier that stops is noticed by somebody else, who says so past it, once."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from pytest_django import Settings

from incidents.models import Page
from notifications import watching
from notifications.management.commands import watch
from notifications.models import Heartbeat, Stall
from notifications.watching import Watcher, look
from people.actors import Actor
from tests.sinks.http import HttpSink, Reply
from tests.sinks.smtp import SmtpSink

MINUTE = timedelta(minutes=1)


@pytest.fixture
def on_call(page: Page, by: Actor, at: datetime) -> str:
    page.change(on_call_email="oncall@example.com", by=by, at=at)
    Heartbeat.beat("sweep", at)
    return page.on_call_email


@pytest.fixture
def switch(settings: Settings, endpoint: HttpSink) -> HttpSink:
    """A dead man's switch elsewhere."""
    settings.WATCH_PING_URL = f"{endpoint.url}/ping"
    return endpoint


def subjects(sink: SmtpSink) -> list[str]:
    return [str(mail["Subject"]) for mail in sink.mails]


@pytest.mark.django_db
def test_whoever_is_on_call_hears_once_that_it_stands_still_and_once_that_it_goes_on(
    on_call: str, smtp: SmtpSink, at: datetime
) -> None:
    assert look(at) == ""
    for seconds in (75, 90, 105):
        assert "silent for" in look(at + timedelta(seconds=seconds))
    assert subjects(smtp) == ["Candor tells nobody"]
    assert smtp.mails[0]["To"] == on_call
    Heartbeat.beat("sweep", at + 3 * MINUTE)
    for _again in range(2):
        assert look(at + 3 * MINUTE) == ""
    assert subjects(smtp)[1:] == ["Candor tells again"]
    stall = Stall.objects.get()
    assert (stall.began_at, stall.ended_at) == (at + timedelta(seconds=75), at + 3 * MINUTE)


@pytest.mark.django_db
def test_an_address_on_two_pages_is_mailed_once(
    on_call: str, page: Page, smtp: SmtpSink, at: datetime
) -> None:
    Page.objects.create(name="B", slug="b", on_call_email=on_call, created_at=at, changed_at=at)
    look(at + 2 * MINUTE)
    assert len(smtp.mails) == 1


@pytest.mark.django_db
def test_a_mail_server_that_is_down_too_does_not_blind_the_watcher(
    on_call: str, settings: Settings, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    options = {"host": "127.0.0.1", "port": 1, "timeout": 1}
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
    assert look(at + 2 * MINUTE)
    assert Stall.objects.filter(lasting=True).exists()
    assert "Whoever is on call could not be mailed" in caplog.text


@pytest.mark.django_db
def test_the_alarm_is_mailed_over_whatever_takes_it_and_tried_until_something_does(
    on_call: str, smtp: SmtpSink, settings: Settings, at: datetime
) -> None:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    dead = {"BACKEND": backend, "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 1}}
    well = settings.MAILERS["default"]
    settings.MAILERS = {"default": dead}
    assert look(at + 2 * MINUTE)
    assert Stall.objects.get().told_at is None
    settings.MAILERS = {"default": dead, "fallback-1": well}
    for minutes in (3, 4):
        assert look(at + minutes * MINUTE)
    assert subjects(smtp) == ["Candor tells nobody"]
    assert Stall.objects.get().told_at == at + 3 * MINUTE


@pytest.mark.django_db
def test_an_address_that_is_refused_keeps_nobody_else_from_knowing_and_is_not_insisted_on(
    on_call: str, page: Page, smtp: SmtpSink, at: datetime
) -> None:
    Page.objects.create(
        name="B", slug="b", on_call_email="gone@example.com", created_at=at, changed_at=at
    )
    smtp.at_rcpt = lambda address, _count: "550 no" if "gone" in address else "250 Ok"
    for minutes in (2, 3):
        look(at + minutes * MINUTE)
    assert [mail["To"] for mail in smtp.mails] == [on_call]


@pytest.mark.django_db
def test_the_sign_of_life_is_given_only_while_people_are_told(
    on_call: str, switch: HttpSink, smtp: SmtpSink, at: datetime
) -> None:
    look(at)
    assert [each["path"] for each in switch.entries] == ["/ping"]
    look(at + 2 * MINUTE)
    assert len(switch.entries) == 1


@pytest.mark.django_db
def test_a_switch_that_refuses_is_said_in_the_log_and_breaks_nothing(
    on_call: str, switch: HttpSink, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    switch.reply = lambda _entry: Reply(500)
    assert look(at) == ""
    assert "answered with HTTP 500" in caplog.text


@pytest.mark.django_db
def test_the_database_allows_one_stall_at_a_time(at: datetime) -> None:
    assert Stall.begin("first", at)
    assert Stall.begin("second", at) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Stall.objects.update(ended_at=at)
    assert Stall.end(at + MINUTE)
    assert Stall.end(at + MINUTE) is None
    assert Stall.begin("third", at + 2 * MINUTE)


@pytest.mark.django_db
def test_a_monitor_that_looks_once_gets_an_exit_code(
    on_call: str, smtp: SmtpSink, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "database_now", lambda: at)
    out = StringIO()
    call_command("watch", "--once", stdout=out)
    assert out.getvalue() == "People are told.\n"
    monkeypatch.setattr(watch, "database_now", lambda: at + 2 * MINUTE)
    with pytest.raises(CommandError, match="silent for 120 s"):
        call_command("watch", "--once")


def test_a_look_that_fails_does_not_end_the_watch(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, at: datetime
) -> None:
    watcher = Watcher(every=0)
    looks: list[datetime] = []

    def failing(at: datetime) -> str:
        looks.append(at)
        if len(looks) == 3:
            watcher.stop()
        raise OSError("no database")

    monkeypatch.setattr(watching, "database_now", lambda: at)
    monkeypatch.setattr(watching, "look", failing)
    watcher.run()
    assert len(looks) == 3
    assert "The watcher could not look" in caplog.text
