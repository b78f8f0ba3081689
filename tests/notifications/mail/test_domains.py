"""Budgets of domains: what exceeds one waits its turn, holds up nobody else, and never fails."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from incidents.models import Incident, Page, Update
from notifications import rounds
from notifications.mail import desk
from notifications.mail.domains import BURST, DomainBudgets, domain_budgets, domain_budgets_of
from notifications.models import Attempt, Delivery, KeptMail, Subscription
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

ADA = "ada@example.com"


@pytest.mark.parametrize("rate", [20.0, 0.5])
def test_a_burst_goes_at_once_and_the_rest_in_turns(rate: float) -> None:
    budgets = DomainBudgets({"example.com": rate})
    waits = [budgets.wait(ADA, 100.0) for _number in range(500)]
    burst = max(int(rate * BURST), 1)
    assert waits[:burst] == [0.0] * burst
    assert waits[burst:] == pytest.approx([(turn + 1) / rate for turn in range(500 - burst)])


@given(
    st.lists(st.floats(0, 3), min_size=1, max_size=200),
    st.sampled_from([0.1, 1.0, 7.0, 50.0]),
)
def test_never_more_go_than_the_rate_and_one_burst(pauses: list[float], rate: float) -> None:
    budgets, now, went = DomainBudgets({"*": rate}), 0.0, 0
    for pause in pauses:
        now += pause
        went += budgets.wait(ADA, now) == 0.0
    assert 1 <= went <= max(rate * BURST, 1.0) + now * rate + 1e-6


def test_each_domain_has_its_own_and_one_without_has_none() -> None:
    budgets = DomainBudgets({"example.com": 1.0, "example.org": 0.0, "*": 1 / 60})
    for address, free in ((ADA, 5), ("b@EXAMPLE.com", 0), ("c@example.net", 1), ("d@x.example", 1)):
        assert [budgets.wait(address, 0.0) for _each in range(9)].count(0.0) == free
    assert {budgets.wait("e@example.org", 0.0) for _each in range(999)} == {0.0}


def test_where_nothing_is_set_nothing_is_counted(settings: Settings) -> None:
    assert domain_budgets() is None
    settings.MAIL_DOMAIN_BUDGETS = {"*": 0.0}
    assert domain_budgets() is None
    settings.MAIL_DOMAIN_BUDGETS = {"*": 3.0}
    assert domain_budgets() is domain_budgets()


@pytest.fixture
def readers(subscriber: Subscriber, settings: Settings) -> None:
    """Twenty at one domain, to which a mail goes a minute, before ten elsewhere."""
    domain_budgets_of.cache_clear()
    settings.MAIL_DOMAIN_BUDGETS = {"example.com": 1 / 60}
    for number in range(20):
        subscriber(f"reader{number}@example.com")
    for number in range(10):
        subscriber(f"reader{number}@example.org")


def domains(smtp: SmtpSink) -> Counter[str]:
    return Counter(entry["recipients"][0].partition("@")[2] for entry in smtp.entries)


@pytest.mark.django_db
@pytest.mark.parametrize("most", [3, 1000])
def test_what_exceeds_a_budget_waits_its_turn_and_holds_up_nobody(
    incident: Incident, readers: None, smtp: SmtpSink, at: datetime, most: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(desk, "MOST_PUT_OFF", most)
    rounds.run_all(at)
    assert domains(smtp) == {"example.com": 1, "example.org": 10}
    waiting = Delivery.objects.filter(state=Delivery.State.PENDING)
    turns = sorted(each.next_attempt_at for each in waiting if each.next_attempt_at)
    assert len(turns) == 19
    apart = {round((later - one).total_seconds()) for one, later in pairwise(turns)}
    assert apart == {60}
    assert set(waiting.values_list("attempts", flat=True)) == {0}
    assert not Attempt.objects.exists()


@pytest.mark.django_db
def test_what_comes_due_and_still_exceeds_it_waits_again_without_an_attempt(
    incident: Incident, readers: None, smtp: SmtpSink, settings: Settings, at: datetime
) -> None:
    rounds.run_all(at)
    for hour in range(1, 40):
        rounds.run_all(at + timedelta(hours=hour))
    waiting = Delivery.objects.filter(state__in=[Delivery.State.PENDING, Delivery.State.RETRY])
    assert waiting.count() == 19
    assert set(waiting.values_list("attempts", flat=True)) == {0}
    assert not Delivery.objects.filter(state=Delivery.State.FAILED).exists()
    settings.MAIL_DOMAIN_BUDGETS = {}
    rounds.run_all(at + timedelta(hours=50))
    assert domains(smtp) == {"example.com": 20, "example.org": 10}


@pytest.mark.django_db
def test_what_waits_is_replaced_by_what_is_newer(
    incident: Incident, readers: None, smtp: SmtpSink, settings: Settings, by: Actor, at: datetime
) -> None:
    rounds.run_all(at)
    settings.MAIL_DOMAIN_BUDGETS = {}
    Update.post(incident, body="Nearly there.", by=by, at=at + timedelta(seconds=5))
    rounds.run_all(at + timedelta(seconds=5))
    assert domains(smtp) == {"example.com": 21, "example.org": 20}
    assert Delivery.objects.filter(state=Delivery.State.SUPERSEDED).count() == 19


@pytest.mark.django_db
def test_a_confirmation_waits_for_no_budget(
    page: Page, incident: Incident, readers: None, smtp: SmtpSink, at: datetime
) -> None:
    rounds.run_all(at)
    for name in ("ada", "bob"):
        Subscription.ask(page, destination=f"{name}@example.com", at=at)
    rounds.run_all(at)
    assert domains(smtp)["example.com"] == 3


@pytest.mark.django_db
def test_a_back_end_that_takes_mails_one_by_one_keeps_to_it_too(
    incident: Incident, readers: None, settings: Settings, at: datetime
) -> None:
    settings.MAILERS = {"default": {"BACKEND": "notifications.mail.backends.KeepBackend"}}
    rounds.run_all(at)
    assert KeptMail.objects.filter(recipient__endswith="@example.com").count() == 1
    assert KeptMail.objects.filter(recipient__endswith="@example.org").count() == 10
