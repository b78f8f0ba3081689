"""A provider that refuses too many addresses at once is not believed of any."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from incidents.models import Incident, Page
from notifications import rounds
from notifications.alarms import standing
from notifications.mail.doubts import Doubts
from notifications.models import Delivery, Suppression
from notifications.outcomes import Outcome, Verdict
from notifications.parcels import Settled
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

UNKNOWN = Outcome.undeliverable("550 5.1.1 no such user")


def refusals(refused: int, taken: int) -> Iterator[list[Settled]]:
    """First all that is refused, then all that is taken, five a round."""
    every = [UNKNOWN] * refused + [Outcome.sent()] * taken
    settled = list(enumerate(every))
    for start in range(0, len(settled), 5):
        yield settled[start : start + 5]


@pytest.mark.parametrize(
    ("refused", "taken", "verdict"),
    [
        (1, 0, Verdict.UNDELIVERABLE),
        (10, 0, Verdict.UNDELIVERABLE),
        (10, 45, Verdict.UNDELIVERABLE),
        (11, 0, Verdict.RETRY),
        (60, 0, Verdict.RETRY),
        (11, 44, Verdict.FAILED),
    ],
)
def test_one_refused_address_in_five_is_no_list_of_readers(
    refused: int, taken: int, verdict: Verdict
) -> None:
    doubts = Doubts("default")
    sifted = [each for settled in doubts.sift(refusals(refused, taken)) for each in settled]
    assert sorted(key for key, _outcome in sifted) == list(range(refused + taken))
    found = Counter(outcome.verdict for _key, outcome in sifted)
    assert found == Counter({verdict: refused} | ({Verdict.SENT: taken} if taken else {}))
    assert doubts.arose == (verdict is not Verdict.UNDELIVERABLE)


def test_what_is_taken_waits_for_no_doubt() -> None:
    first = next(iter(Doubts("default").sift(iter([[(1, UNKNOWN), (2, Outcome.sent())], []]))))
    assert first == [(2, Outcome.sent())]


def test_whoever_is_on_call_is_warned_once_as_long_as_something_was_not_believed(
    page: Page, incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    page.change(on_call_email="oncall@example.org", by=by, at=at)
    for number in range(12):
        subscriber(f"reader{number}@example.com")
    smtp.at_rcpt = lambda address, _count: (
        "550 5.1.1 User unknown" if address.endswith("@example.com") else "250 Ok"
    )
    for minute in (0, 2, 4):
        rounds.run_all(at + timedelta(minutes=minute))
    assert [mail["To"] for mail in smtp.mails] == ["oncall@example.org"]
    assert "too many addresses" in str(smtp.mails[0]["Subject"])
    assert [each.advice for each in standing(page, at)]
    assert not Suppression.objects.exists()
    smtp.at_rcpt = lambda _address, _count: "250 Ok"
    rounds.run_all(at + timedelta(hours=1))
    assert Delivery.objects.filter(state="sent", destination__endswith="@example.com").count() == 12
    assert standing(page, at) == []
