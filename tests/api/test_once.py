"""A write with an Idempotency-Key happens once, whatever the network does."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client

from api.models import GIVEN_UP_AFTER, KeptAnswer
from api.problems import Refusal
from incidents.models import Event, Incident, Page, Update
from people.models import ApiToken
from tests.api.conftest import Asking

OPEN = {"title": "It is slow", "body": "Yes."}
KEY = {"idempotency_key": "0e9c1e7e"}


def test_a_write_asked_for_twice_is_done_once(writer: Asking, page: Page) -> None:
    first = writer.post("pages/mail/incidents", OPEN, **KEY)
    again = writer.post("pages/mail/incidents", OPEN, **KEY)
    assert Incident.objects.count() == 1
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first["Location"] == again["Location"]
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"


def test_without_a_key_each_write_is_done(writer: Asking, page: Page) -> None:
    first = writer.post("pages/mail/incidents", OPEN).json()
    again = writer.post("pages/mail/incidents", OPEN).json()
    assert first["id"] != again["id"]
    assert not KeptAnswer.objects.exists()


def test_the_same_answer_with_a_key_and_without(writer: Asking, incident: Incident) -> None:
    path = f"incidents/{incident.public_id}/resolution"
    keyed = writer.put(path, {"body": "It is back."}, **KEY)
    assert keyed.status_code == 200
    assert keyed.json() == writer.get(f"incidents/{incident.public_id}").json()


@pytest.mark.parametrize("path", ["pages/mail/incidents", "pages/mail/maintenances"])
def test_a_key_names_one_request_only(writer: Asking, page: Page, path: str) -> None:
    writer.post("pages/mail/incidents", OPEN, **KEY)
    other = OPEN | {"start": "2026-03-07T02:00Z", "end": "2026-03-07T04:00Z", "title": "Other"}
    answer = writer.post(path, OPEN | {"title": "Other"} if "inc" in path else other, **KEY)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["Idempotency-Key"]
    assert Incident.objects.count() == 1


def test_a_refused_write_leaves_the_key_free(writer: Asking, page: Page) -> None:
    assert writer.post("pages/mail/incidents", OPEN | {"body": " "}, **KEY).status_code == 422
    assert not KeptAnswer.objects.exists()
    assert writer.post("pages/mail/incidents", OPEN, **KEY).status_code == 201


def test_a_crash_while_answering_undoes_the_write_and_frees_the_key(
    writer: Asking, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = Event.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr("api.answers._fill", _stumble)
        assert writer.post("pages/mail/incidents", OPEN, **KEY).status_code == 500
    assert (Incident.objects.count(), Event.objects.count()) == (0, events)
    assert writer.post("pages/mail/incidents", OPEN, **KEY).status_code == 201


def test_a_request_in_flight_holds_its_key(
    writer: Asking, page: Page, token: tuple[ApiToken, str]
) -> None:
    writer.post("pages/mail/incidents", OPEN, **KEY)
    KeptAnswer.objects.update(status=None)
    answer = writer.post("pages/mail/incidents", OPEN, **KEY)
    assert answer.status_code == 409
    assert Incident.objects.count() == 1


def test_a_request_whose_process_died_is_done_anew(
    writer: Asking, page: Page, at: datetime
) -> None:
    writer.post("pages/mail/incidents", OPEN, **KEY)
    KeptAnswer.objects.update(status=None)
    Incident.objects.update(title="Rolled back")
    with time_machine.travel(at + GIVEN_UP_AFTER + timedelta(seconds=5)):
        answer = writer.post("pages/mail/incidents", OPEN, **KEY)
    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer


def test_a_late_finisher_whose_key_was_taken_over_changes_nothing(
    writer: Asking, page: Page, token: tuple[ApiToken, str], at: datetime
) -> None:
    slow = KeptAnswer.claim(token[0], "k", "digest", at=at)
    KeptAnswer.claim(token[0], "k", "digest", at=at + GIVEN_UP_AFTER)
    with pytest.raises(Refusal, match="being worked on"):
        _fill(slow)
    assert Page.objects.get().name == "Example Mail"
    assert KeptAnswer.objects.get().status is None


def test_answers_are_kept_for_a_day(writer: Asking, page: Page, at: datetime) -> None:
    writer.post("pages/mail/incidents", OPEN, **KEY)
    with time_machine.travel(at + timedelta(hours=25)):
        writer.post("pages/mail/incidents", OPEN, idempotency_key="another")
        assert [kept.key for kept in KeptAnswer.objects.all()] == ["another"]


def test_keys_of_two_tokens_do_not_meet(
    writer: Asking, page: Page, token: tuple[ApiToken, str], at: datetime
) -> None:
    _, plaintext = ApiToken.issue(
        owner=token[0].owner, name="two", scopes=["incidents:write"], at=at
    )
    writer.post("pages/mail/incidents", OPEN, **KEY)
    Asking(Client(), plaintext).post("pages/mail/incidents", OPEN, **KEY)
    assert Incident.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "schlüssel", "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(writer: Asking, page: Page, key: str) -> None:
    answer = writer.post("pages/mail/incidents", OPEN, idempotency_key=key)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["Idempotency-Key"]


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_update(writer: Asking, incident: Incident) -> None:
    path, statuses = f"incidents/{incident.public_id}/updates", []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait(10)
        asking = Asking(Client())
        asking.headers = writer.headers
        statuses.append(asking.post(path, {"body": "Still."}, **KEY).status_code)
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Update.objects.filter(incident=incident).count() == 2
    assert 201 in statuses
    assert set(statuses) <= {201, 409}


def _fill(slow: KeptAnswer) -> None:
    with slow.filling():
        slow.status = 201
        Page.objects.update(name="Twice")


def _stumble(*_args: Any) -> None:
    raise RuntimeError
