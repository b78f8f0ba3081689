"""Several providers: the next one takes over where the first one fails, and gives it back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings
from requests import HTTPError

from incidents.models import Incident
from notifications import rounds
from notifications.channels import BulkChannel, channels
from notifications.mail import routes
from notifications.mail.desk import Tray, parcel_of
from notifications.models import Chunk, Delivery
from notifications.outcomes import Away, Outcome, Verdict
from notifications.parcels import Parcel
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import DROP, SmtpSink

State = Delivery.State
MINUTE = timedelta(minutes=1)


class Api(BaseEmailBackend):
    """A provider's API, as a back end of Django."""

    taken: list[str] = []
    problem: Exception | None = None

    def send_messages(self, email_messages: Any) -> int:
        """Takes a mail, or fails as told."""
        if Api.problem:
            raise Api.problem
        for mail in email_messages:
            mail.anymail_status = type("Status", (), {"message_id": f"api-{len(Api.taken)}"})
            Api.taken += mail.to
        return len(email_messages)


class Answer(HTTPError):
    """What an API says when it refuses."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status_code = status


@pytest.fixture
def second() -> Iterator[SmtpSink]:
    """The mail server that stands by."""
    with SmtpSink() as sink:
        yield sink


@pytest.fixture(autouse=True)
def rested() -> Iterator[None]:
    """No provider has failed yet."""
    routes._resting.clear()
    Api.taken, Api.problem = [], None
    yield
    routes._resting.clear()


def smtp_at(sink: SmtpSink) -> dict[str, Any]:
    """How a setting names it."""
    options = {"host": "127.0.0.1", "port": sink.port, "timeout": 2}
    return {"BACKEND": "notifications.mail.backends.SmtpBackend", "OPTIONS": options}


API = {"BACKEND": f"{__name__}.Api"}


@pytest.fixture
def parcels(incident: Incident, subscriber: Subscriber, at: datetime) -> list[Parcel]:
    """Mails to twenty readers."""
    for number in range(20):
        subscriber(f"reader{number}@example.com")
    rounds.tell(at)
    made = [parcel_of(each, ()) for each in Delivery.objects.select_related("subscription")]
    return [each for each in made if isinstance(each, Parcel)]


def post(parcels: list[Parcel], at: datetime) -> tuple[dict[int, Outcome], list[int]]:
    """What came of parcels, and what was accepted, in order."""
    channel = channels()["email"]
    assert isinstance(channel, BulkChannel)
    accepted: list[int] = []
    outcomes: dict[int, Outcome] = {}
    try:
        for settled in channel.post(iter(parcels), accepted.extend, at):
            for key, outcome in settled:
                assert key not in outcomes
                outcomes[key] = outcome
    except Away as away:
        for each in parcels:
            outcomes.setdefault(each.delivery, Outcome.retry(str(away)))
    assert sorted(accepted) == sorted(key for key, each in outcomes.items() if sent(each))
    assert outcomes.keys() == {each.delivery for each in parcels}
    return outcomes, accepted


def sent(outcome: Outcome) -> bool:
    return outcome.verdict is Verdict.SENT


def test_the_first_provider_takes_everything(
    parcels: list[Parcel], smtp: SmtpSink, second: SmtpSink, settings: Settings, at: datetime
) -> None:
    settings.MAILERS = {"default": smtp_at(smtp), "fallback-1": smtp_at(second)}
    outcomes, _ = post(parcels, at)
    assert all(map(sent, outcomes.values()))
    assert (len(smtp.entries), second.connections) == (20, 0)


@pytest.mark.parametrize("greeting", ["421 4.3.2 closed", "554 5.7.1 not you", DROP])
def test_the_next_one_takes_over_where_the_first_one_is_closed(
    parcels: list[Parcel], smtp: SmtpSink, second: SmtpSink, settings: Settings, at: datetime,
    greeting: str,
) -> None:  # fmt: skip
    settings.MAILERS = {"default": smtp_at(smtp), "fallback-1": smtp_at(second)}
    smtp.greeting = greeting
    outcomes, _ = post(parcels, at)
    assert all(map(sent, outcomes.values()))
    assert (len(second.entries), smtp.connections) == (20, 1)


@pytest.mark.parametrize("standby", ["smtp", "api"])
def test_the_next_one_takes_over_in_the_middle_and_nobody_hears_twice(
    parcels: list[Parcel], smtp: SmtpSink, second: SmtpSink, settings: Settings, at: datetime,
    standby: str,
) -> None:  # fmt: skip
    settings.MAILERS = {
        "default": smtp_at(smtp), "fallback-1": smtp_at(second) if standby == "smtp" else API,
    }  # fmt: skip
    smtp.greet = lambda number, _open: "220 hello" if number == 1 else "421 closed"
    smtp.at_mail = lambda _sender, count: "421 closing" if count >= 5 else "250 Ok"
    outcomes, _ = post(parcels, at)
    assert all(map(sent, outcomes.values()))
    first = [entry["recipients"][0] for entry in smtp.entries]
    rest = [entry["recipients"][0] for entry in second.entries] + Api.taken
    assert 5 <= len(first) < 20
    assert sorted(first + rest) == sorted(each.destination for each in parcels)


def test_what_an_api_does_not_take_goes_over_smtp(
    parcels: list[Parcel], smtp: SmtpSink, settings: Settings, at: datetime
) -> None:
    settings.MAILERS = {"default": API, "fallback-1": smtp_at(smtp)}
    Api.problem = Answer(503)
    outcomes, _ = post(parcels, at)
    assert all(map(sent, outcomes.values()))
    assert len(smtp.entries) == 20


def test_an_api_names_each_mail(parcels: list[Parcel], settings: Settings, at: datetime) -> None:
    settings.MAILERS = {"default": API}
    outcomes, accepted = post(parcels, at)
    assert [outcomes[key].provider_id for key in accepted] == [f"api-{at}" for at in range(20)]
    assert Api.taken == [each.destination for each in parcels]


@pytest.mark.parametrize(
    ("problem", "verdict"),
    [
        (Answer(422), Verdict.FAILED),
        (ValueError("no header"), Verdict.FAILED),
        (Answer(429), Verdict.RETRY),
        (Answer(401), Verdict.RETRY),
        (OSError("no route"), Verdict.RETRY),
        (KeyError("bug"), Verdict.RETRY),
    ],
)
def test_each_answer_of_an_api_means_something(
    parcels: list[Parcel], settings: Settings, at: datetime, problem: Exception, verdict: Verdict
) -> None:
    settings.MAILERS = {"default": API}
    Api.problem = problem
    outcomes, _ = post(parcels, at)
    assert {each.verdict for each in outcomes.values()} == {verdict}
    assert all(each.detail for each in outcomes.values())


def test_when_nobody_takes_mails_most_of_them_wait_untouched(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, second: SmtpSink,
    settings: Settings, monkeypatch: pytest.MonkeyPatch, at: datetime,
) -> None:  # fmt: skip
    monkeypatch.setattr("notifications.models.chunk.SIZE", 20)
    for number in range(60):
        subscriber(f"reader{number}@example.com")
    settings.MAILERS = {"default": smtp_at(smtp), "fallback-1": smtp_at(second)}
    smtp.greeting = second.greeting = "421 closed"
    rounds.run_all(at)
    assert Delivery.objects.filter(state=State.RETRY, last_error="421 closed").exists()
    # The one that went out and the one that was read ahead; the third waits for the next look.
    assert Chunk.objects.filter(due_at__gte=at + MINUTE, owner="").count() == 2
    assert Delivery.objects.filter(state=State.PENDING, attempts=0).count() >= 50
    smtp.greeting = "220 hello"
    routes._resting.clear()
    rounds.run_all(at + 3 * MINUTE)
    assert Delivery.objects.filter(state=State.SENT).count() == 60
    assert len(smtp.entries) == 60


def test_when_nobody_takes_mails_single_ones_are_tried_again_by_the_schedule(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, loose: None, at: datetime
) -> None:
    for number in range(5):
        subscriber(f"reader{number}@example.com")
    smtp.greeting = "421 closed"
    rounds.run_all(at)
    waiting = Delivery.objects.filter(next_attempt_at__gte=at + MINUTE)
    assert list(waiting.values_list("state", "last_error")) == [(State.RETRY, "421 closed")] * 5


def test_a_provider_that_failed_is_asked_again_after_a_minute(
    parcels: list[Parcel], smtp: SmtpSink, second: SmtpSink, settings: Settings
) -> None:
    settings.MAILERS = {"default": smtp_at(smtp), "fallback-1": smtp_at(second)}
    smtp.greeting = "421 closed"
    now = 1000.0
    for parcel, later in zip(parcels, (0, 30, 61, 62), strict=False):
        smtp.greeting = "421 closed" if later == 0 else "220 hello"
        list(routes.send(Tray([parcel]), lambda keys: None, clock=lambda: now + later))  # noqa: B023
    assert (len(second.entries), len(smtp.entries)) == (2, 2)


def test_one_refused_address_asks_no_other_provider(
    parcels: list[Parcel], smtp: SmtpSink, second: SmtpSink, settings: Settings, at: datetime
) -> None:
    settings.MAILERS = {"default": smtp_at(smtp), "fallback-1": smtp_at(second)}
    smtp.at_rcpt = lambda address, _: "451 later" if address.startswith("reader3@") else "250 Ok"
    outcomes, _ = post(parcels, at)
    assert sum(map(sent, outcomes.values())) == 19
    assert second.connections == 0


def test_a_mail_that_cannot_be_written_holds_up_no_other(
    parcels: list[Parcel], smtp: SmtpSink, at: datetime
) -> None:
    unfit = parcels[3]._replace(destination="ädä@example.com")
    outcomes, _ = post([*parcels[:3], unfit, *parcels[4:]], at)
    assert outcomes[unfit.delivery].verdict is Verdict.RETRY
    assert len(smtp.entries) == 19


def test_whom_the_first_provider_refused_altogether_the_next_one_is_asked_for(
    parcels: list[Parcel], smtp: SmtpSink, second: SmtpSink, settings: Settings, at: datetime
) -> None:
    settings.MAILERS = {"default": smtp_at(smtp), "fallback-1": smtp_at(second)}
    smtp.at_rcpt = lambda _address, _count: "550 5.1.1 User unknown"
    refused, _ = post(parcels, at)
    assert {each.verdict for each in refused.values()} == {Verdict.RETRY}
    again, _ = post(parcels, at)
    assert all(map(sent, again.values()))
    assert len(second.entries) == 20
