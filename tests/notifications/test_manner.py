"""Not at night, or once a day, by the reader's own clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models.functions import Coalesce
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from incidents.core.levels import Level
from incidents.models import Component, Incident, Page, Update
from notifications import digests, rounds
from notifications.clock import Stopwatch
from notifications.models import Broadcast, Delivery, KeptMail, Pause, Subscription
from notifications.models.manner import is_quiet, next_hour
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NIGHT: dict[str, Any] = {"time_zone": "Europe/Berlin", "quiet_from": 22, "quiet_until": 7}


@pytest.fixture
def at() -> datetime:
    """A Monday, 23:30 in Berlin."""
    return datetime(2026, 3, 2, 22, 30, tzinfo=UTC)


def opened(page: Page, component: Component, level: Level, by: Actor, at: datetime) -> Incident:
    return Incident.open(
        page, title="Trouble", body="Looking.", levels={component: level}, by=by, at=at
    )


def due() -> dict[str, datetime]:
    """When each is told: by itself, or with its chunk."""
    rows = Delivery.objects.filter(broadcast__isnull=False)
    when = Coalesce("next_attempt_at", "broadcast__chunks__due_at")
    return {str(to): due for to, due in rows.values_list("destination", when)}


def test_news_waits_for_the_morning_of_whoever_sleeps(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    subscriber("berlin@example.com").arrange(at=at, **NIGHT)
    subscriber("tokyo@example.com").arrange(at=at, **NIGHT | {"time_zone": "Asia/Tokyo"})
    subscriber("awake@example.com")
    opened(page, component, Level.PARTIAL_OUTAGE, by, at)
    rounds.tell(at)
    assert due() == {
        "berlin@example.com": datetime(2026, 3, 3, 6, tzinfo=UTC),
        "tokyo@example.com": at,
        "awake@example.com": at,
    }


def test_a_major_outage_wakes_whoever_did_not_forbid_it(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    subscriber("woken@example.com").arrange(at=at, **NIGHT)
    subscriber("never@example.com").arrange(at=at, **NIGHT, woken_by_major=False)
    opened(page, component, Level.MAJOR_OUTAGE, by, at)
    rounds.tell(at)
    assert due()["woken@example.com"] == at
    assert due()["never@example.com"] == at + 7 * HOUR + HOUR / 2


def test_what_waited_for_the_morning_is_replaced_by_what_is_newer(
    page: Page,
    component: Component,
    subscriber: Subscriber,
    smtp: SmtpSink,
    by: Actor,
    at: datetime,
) -> None:
    subscriber().arrange(at=at, **NIGHT)
    incident = opened(page, component, Level.PARTIAL_OUTAGE, by, at)
    rounds.run_all(at)
    Update.post(incident, body="Nearly there.", by=by, at=at + HOUR)
    rounds.run_all(at + HOUR)
    assert smtp.mails == []
    rounds.run_all(at + 8 * HOUR)
    assert len(smtp.mails) == 1


def test_what_is_tried_again_at_night_waits_for_the_morning_too(
    page: Page, component: Component, subscriber: Subscriber, smtp: SmtpSink, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    evening, night = at - 2 * HOUR, at + HOUR / 2
    for name, woken in (("asleep", True), ("awake", None)):
        subscriber(f"{name}@example.com").arrange(at=evening, **NIGHT if woken else {})
    opened(page, component, Level.PARTIAL_OUTAGE, by, evening)
    smtp.at_rcpt = lambda address, count: "451 4.7.1 later"
    rounds.run_all(evening)
    smtp.at_rcpt = lambda address, count: "250 Ok"
    rounds.run_all(night)
    assert [mail["To"] for mail in smtp.mails] == ["awake@example.com"]
    waiting = Delivery.objects.get(destination="asleep@example.com")
    assert waiting.next_attempt_at == datetime(2026, 3, 3, 6, tzinfo=UTC)
    assert waiting.attempts == 1
    rounds.run_all(waiting.next_attempt_at)
    assert len(smtp.mails) == 2


def test_what_was_held_until_the_night_waits_for_the_morning_of_whoever_sleeps(
    page: Page, component: Component, subscriber: Subscriber, smtp: SmtpSink, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    evening, night = at - 2 * HOUR, at + HOUR / 2
    subscriber("asleep@example.com").arrange(at=evening, **NIGHT)
    subscriber("awake@example.com")
    pause = Pause.begin(page, "email", by=by, at=evening)
    opened(page, component, Level.PARTIAL_OUTAGE, by, evening)
    rounds.run_all(evening)
    pause.end(by=by, at=night)
    rounds.run_all(night)
    assert [mail["To"] for mail in smtp.mails] == ["awake@example.com"]
    rounds.run_all(datetime(2026, 3, 3, 6, tzinfo=UTC))
    assert len(smtp.mails) == 2


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 23))
def test_an_hour_is_quiet_between_the_two_also_over_midnight(
    hour: int, start: int, end: int
) -> None:
    hours, each = set(), start
    while each != end:
        hours.add(each)
        each = (each + 1) % 24
    if start != end:
        assert is_quiet(hour, start, end) == (hour in hours)


def test_the_next_hour_follows_the_clock_through_a_change_of_summer_time(page: Page) -> None:
    zone = Subscription(page=page, time_zone="Europe/Berlin").zone
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert next_hour(7, zone, before) == datetime(2026, 3, 29, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "manner"),
    [
        ("time_zone", {"time_zone": "Atlantis"}),
        ("quiet", {"quiet_from": 22}),
        ("quiet", {"quiet_from": 22, "quiet_until": 22}),
        ("quiet", {"quiet_from": 22, "quiet_until": 24}),
        ("digest_hour", {"digest_hour": 24}),
    ],
)
def test_a_manner_that_is_none_is_refused_by_its_field(
    subscriber: Subscriber, at: datetime, field: str, manner: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as refused:
        subscriber().arrange(at=at, **manner)
    assert field in refused.value.message_dict


@pytest.fixture(params=["printed", "ordinary"])
def said(request: pytest.FixtureRequest) -> Callable[[], dict[str, str]]:
    """The texts of all mails by address, over SMTP and over a back end of Django."""
    if request.param == "ordinary":
        settings: Settings = request.getfixturevalue("settings")
        settings.MAILERS = {"default": {"BACKEND": "notifications.mail.backends.KeepBackend"}}
        return lambda: dict(KeptMail.objects.values_list("recipient", "text"))
    sink = request.getfixturevalue("smtp")
    return lambda: {str(mail["To"]): mail.get_body(("plain",)).get_content() for mail in sink.mails}


def test_each_mail_says_times_by_the_clock_of_its_reader(
    page: Page, subscriber: Subscriber, said: Callable[[], dict[str, str]], by: Actor, at: datetime
) -> None:
    clocks = {"": "22:30 UTC", "Europe/Berlin": "23:30 CET", "Asia/Kathmandu": "04:15 UTC+05:45"}
    for number, name in enumerate(clocks):
        for twin in "ab":
            subscriber(f"{twin}{number}@example.com").arrange(at=at, time_zone=name)
    due = at + 24 * HOUR
    Incident.open(page, title="Trouble", body="Looking.", next_update_due=due, by=by, at=at)
    rounds.run_all(at)
    texts = said()
    assert len(texts) == 6
    for address, text in texts.items():
        clock = [*clocks.values()][int(address[1])]
        assert f", {clock})" in text
        assert f", {clock}." in text


def test_a_digest_is_one_mail_a_day_with_all_that_happened(
    page: Page,
    component: Component,
    subscriber: Subscriber,
    smtp: SmtpSink,
    by: Actor,
    at: datetime,
) -> None:
    reader = subscriber()
    reader.arrange(at=at, time_zone="Europe/Berlin", digest_hour=8)
    first = opened(page, component, Level.PARTIAL_OUTAGE, by, at)
    rounds.run_all(at)
    Update.post(first, body="Nearly there.", by=by, at=at + HOUR)
    Incident.open(page, title="Another thing", body="It is small.", by=by, at=at + 2 * HOUR)
    rounds.run_all(at + 2 * HOUR)
    assert smtp.mails == []
    rounds.run_all(at + 9 * HOUR)
    (mail,) = smtp.mails
    part = mail.get_body(("plain",))
    assert part is not None
    text = str(part.get_content())
    assert mail["Subject"] == "[Example Mail] Daily digest"
    assert "Nearly there." in text
    assert "It is small." in text
    assert "(3 Mar 2026, 00:30 CET)" in text
    assert mail["List-Unsubscribe"] == f"<{reader.unsubscribe_url}>"
    rounds.run_all(at + 10 * HOUR)
    rounds.run_all(at + 33 * HOUR)
    assert len(smtp.mails) == 1


def test_a_digest_holds_what_its_reader_hears_of_and_nothing_withdrawn(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    reader = subscriber("ada@example.com", component)
    reader.arrange(at=at, digest_hour=8)
    mine = opened(page, component, Level.PARTIAL_OUTAGE, by, at)
    Incident.open(page, title="Not mine", body="Elsewhere.", by=by, at=at)
    rounds.tell(at)
    assert digests.enqueue(at + 12 * HOUR) == 1
    digest = Delivery.objects.get(stream="digest")
    assert [each.incident for each in digests.told_in(digest)] == [mine]
    mine.withdraw("Wrong page.", by=by, at=at)
    assert digests.told_in(digest) == []


def test_what_took_long_to_write_out_is_in_the_next_digest(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    subscriber().arrange(at=at, digest_hour=8)
    opened(page, component, Level.PARTIAL_OUTAGE, by, at)
    morning = datetime(2026, 3, 3, 8, tzinfo=UTC)
    began, took = morning - 2 * MINUTE, 3 * MINUTE
    with monkeypatch.context() as slow:
        slow.setattr(Stopwatch, "seconds", lambda _watch: took.total_seconds())
        rounds.tell(began)
    assert Broadcast.objects.get().expanded_at == began + took
    assert digests.enqueue(morning) == 0
    assert digests.enqueue(morning + 24 * HOUR) == 1


def test_who_turns_the_digest_off_is_told_at_once_again(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    reader = subscriber()
    reader.arrange(at=at, digest_hour=8)
    reader.arrange(at=at)
    opened(page, component, Level.PARTIAL_OUTAGE, by, at)
    rounds.tell(at)
    assert Broadcast.objects.get().recipients == 1
    assert digests.enqueue(at + 24 * HOUR) == 0
