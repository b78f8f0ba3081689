"""A webhook's own doings, over the API: its secret, a test, its calls, and what is said again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from api.models import KeptAnswer
from incidents.models import Incident, Membership, Page
from notifications import rounds
from notifications.models import Endpoint, Subscription
from people.actors import Actor
from people.fields import Sealed
from people.models import ApiToken, User
from tests.api.conftest import Asking
from tests.notifications.conftest import endpoint, hook, loopback_open
from tests.sinks.http import HttpSink, Reply

__all__ = ["endpoint", "hook", "loopback_open"]


@pytest.fixture
def as_role(page: Page, alice: User, by: Actor, at: datetime) -> Callable[[str], Asking]:
    """Alice's token, in a role on the page."""

    def asking(role: str) -> Asking:
        Membership.grant(page=page, user=alice, role=role, by=by, at=at)
        _token, plaintext = ApiToken.issue(owner=alice, name="t", scopes=["pages:write"], at=at)
        return Asking(Client(), plaintext)

    return asking


@pytest.fixture
def asking(as_role: Callable[[str], Asking]) -> Asking:
    """An admin's token."""
    return as_role("admin")


@pytest.fixture
def mine(hook: Subscription) -> Endpoint:
    """Staff's webhook, as whoever looks after it sees it."""
    return Endpoint.objects.get(pk=hook.pk)


@pytest.fixture
def called(mine: Endpoint, incident: Incident, endpoint: HttpSink) -> Endpoint:
    """One that answered its first call with an error."""
    endpoint.reply = lambda entry: Reply(500, {}, b"a trace whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    rounds.run_all(timezone.now())
    endpoint.reply = lambda entry: Reply()
    return mine


def path(mine: Endpoint, door: str) -> str:
    return f"pages/mail/webhooks/{mine.public_id}/{door}"


def errors(answer: Any) -> list[str]:
    """The fields that a refusal names."""
    assert answer.status_code == 422, answer.content
    return list(answer.json()["errors"])


def test_a_new_secret_is_shown_and_signs_beside_the_old_one(
    asking: Asking, mine: Endpoint, at: datetime
) -> None:
    (old,) = mine.kept.keys
    answer = asking.post(path(mine, "secrets"), {"overlap_hours": 48})
    mine.refresh_from_db()
    assert answer.status_code == 201
    assert mine.kept.keys == [answer.json()["secret"], old]
    assert answer.json()["old_until"][:13] == (at + timedelta(hours=48)).isoformat()[:13]
    assert mine.page.events.filter(kind="subscription.rotated").count() == 1
    assert asking.post(path(mine, "secrets"), {}).status_code == 422


def test_a_secret_is_given_once_even_under_the_same_key(asking: Asking, mine: Endpoint) -> None:
    first = asking.post(path(mine, "secrets"), {}, idempotency_key="k").json()
    again = asking.post(path(mine, "secrets"), {}, idempotency_key="k")
    mine.refresh_from_db()
    assert first["secret"] == mine.kept.keys[0]
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == first | {"secret": None}
    assert first["secret"] not in KeptAnswer.objects.get().body


@pytest.mark.parametrize("hours", [0, 721, "24"])
def test_an_overlap_is_an_hour_to_thirty_days(
    asking: Asking, mine: Endpoint, hours: object
) -> None:
    assert errors(asking.post(path(mine, "secrets"), {"overlap_hours": hours})) == ["overlap_hours"]


def test_a_test_is_sent(asking: Asking, mine: Endpoint, endpoint: HttpSink) -> None:
    answer = asking.post(path(mine, "tests"), {})
    assert (answer.status_code, answer.json()["state"]) == (201, "pending")
    rounds.run_all(timezone.now())
    assert [body["candor"]["event"] for body in endpoint.bodies] == ["test"]
    (call,) = asking.client.get(answer["Location"], headers=asking.headers).json()["items"]
    assert (call["about"], call["broadcast"], call["request"]) == ("test", None, None)


def test_calls_are_listed_with_request_and_answer_and_no_secret(
    asking: Asking, called: Endpoint, incident: Incident, endpoint: HttpSink
) -> None:
    answer = asking.get(path(called, "calls"))
    (call,) = answer.json()["items"]
    assert (call["status"], call["arrived"], call["answer"]) == (500, False, "a trace …")
    assert call["broadcast"] == incident.broadcasts.get().pk
    assert call["webhook_id"] == endpoint.entries[0]["headers"]["webhook-id"]
    assert "We are looking into it." in call["request"]
    assert b"whsec_" not in answer.content
    assert called.token("unsubscribe").encode() not in answer.content


@pytest.mark.parametrize("one", [True, False])
def test_what_did_not_arrive_is_said_again_under_the_same_id(
    asking: Asking, called: Endpoint, incident: Incident, endpoint: HttpSink, one: bool
) -> None:
    called.deliveries.update(state="failed", next_attempt_at=None, failed_at=timezone.now())
    sent = {"broadcast": incident.broadcasts.get().pk} if one else {}
    assert asking.post(path(called, "replays"), sent).json() == {"replayed": 1}
    rounds.run_all(timezone.now())
    first, again = endpoint.entries
    assert first["headers"]["webhook-id"] == again["headers"]["webhook-id"]
    newest, _first = asking.get(path(called, "calls")).json()["items"]
    assert (newest["about"], newest["arrived"]) == ("personal", True)
    assert newest["broadcast"] == incident.broadcasts.get().pk


def test_only_what_was_told_since_then_is_said_again(
    asking: Asking, called: Endpoint, at: datetime
) -> None:
    called.deliveries.update(state="failed", next_attempt_at=None, failed_at=at)
    later = (at + timedelta(hours=1)).isoformat()
    assert asking.post(path(called, "replays"), {"since": later}).json() == {"replayed": 0}
    both = {"since": later, "broadcast": 1}
    assert errors(asking.post(path(called, "replays"), both)) == ["since"]
    assert errors(asking.post(path(called, "replays"), {"broadcast": 999})) == ["broadcast"]


def test_after_a_quarantine_it_is_called_again_with_what_it_missed(
    asking: Asking, mine: Endpoint, page: Page, endpoint: HttpSink, by: Actor
) -> None:
    mine.quarantine(timezone.now())
    Incident.open(page, title="Missed", body="Words.", by=by, at=timezone.now())
    for door in ("tests", "replays"):
        assert errors(asking.post(path(mine, door), {})) == ["webhook"]
    assert asking.put(path(mine, "resumption"), {}).json() == {"replayed": 0}
    assert asking.put(path(mine, "resumption"), {}).json() == {"replayed": 0}
    rounds.run_all(timezone.now())
    assert [body["incident"]["name"] for body in endpoint.bodies] == ["Missed"]
    assert page.events.filter(kind="subscription.released").count() == 1


def test_one_that_was_ended_is_not_called_again(
    asking: Asking, mine: Endpoint, by: Actor, at: datetime
) -> None:
    mine.disconnect(by=by, at=at)
    assert errors(asking.put(path(mine, "resumption"), {})) == ["webhook"]


def test_a_secret_under_another_key_is_said_to_be_so(asking: Asking, mine: Endpoint) -> None:
    Endpoint.objects.update(config=Sealed("encrypted elsewhere"))
    assert errors(asking.get(path(mine, "calls"))) == ["webhook"]


@pytest.mark.parametrize("role", ["viewer", "responder", "communicator"])
def test_webhooks_are_for_admins_alone(
    as_role: Callable[[str], Asking], mine: Endpoint, role: str
) -> None:
    asking = as_role(role)
    answers = [
        asking.get(path(mine, "calls")),
        asking.post(path(mine, "secrets"), {}),
        asking.post(path(mine, "tests"), {}),
        asking.post(path(mine, "replays"), {}),
        asking.put(path(mine, "resumption"), {}),
    ]
    assert {answer.status_code for answer in answers} == {403}


def test_another_pages_webhook_and_other_channels_are_not_found(
    asking: Asking, mine: Endpoint, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    foreign = Subscription.connect(
        other, channel="webhook", destination="https://93.184.215.14/x", by=by, at=at
    )
    Endpoint.objects.filter(pk=mine.pk).update(channel="slack")
    for public_id in (mine.public_id, foreign.public_id):
        assert asking.get(f"pages/mail/webhooks/{public_id}/calls").status_code == 404
