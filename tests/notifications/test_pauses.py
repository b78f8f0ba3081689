"""Everything is held at once, and told afterwards."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from incidents.models import Incident, Page
from notifications import rounds
from notifications.channels import channels
from notifications.models import Chunk, Delivery, Pause
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.notifications.pigeons import Pigeons


@pytest.fixture
def pigeons(monkeypatch: pytest.MonkeyPatch) -> Pigeons:
    """Mail goes by pigeon."""
    pigeons = Pigeons()
    monkeypatch.setattr(channels()["email"], "post", pigeons.post, raising=False)
    return pigeons


def test_a_pause_of_everything_holds_every_page_and_stops_what_is_under_way(
    incident: Incident, subscriber: Subscriber, pigeons: Pigeons, by: Actor, at: datetime
) -> None:
    subscriber()
    rounds.tell(at)
    pause = Pause.begin_everywhere(by=by, at=at)
    assert Pause.begin_everywhere(by=by, at=at + timedelta(minutes=1)) == pause
    assert not any(each.may_go_on() for each in Chunk.objects.all())
    assert rounds.run_all(at) == 0
    pause.end(by=by, at=at)
    pause.end(by=by, at=at)
    assert rounds.run_all(at) == 1
    kinds = incident.page.events.filter(kind__startswith="telling").values_list("kind", flat=True)
    assert sorted(kinds) == ["telling.paused", "telling.resumed"]


def test_a_page_that_is_founded_during_a_pause_of_everything_is_held_too(
    page: Page, loose: None, by: Actor, at: datetime
) -> None:
    held = Pause.begin_everywhere(by=by, at=at)
    other = Page.found(name="Other", slug="other", by=by, at=at)
    test = Delivery.test(other, channel="email", destination="a@example.com", lane="mail", at=at)
    assert Delivery.claim("mail", "me", 10, at) == []
    held.end(by=by, at=at)
    assert Delivery.claim("mail", "me", 10, at) == [test]


def test_the_end_of_a_pause_of_everything_leaves_a_paused_channel_paused(
    page: Page, loose: None, by: Actor, at: datetime
) -> None:
    Pause.begin(page, "email", by=by, at=at)
    everything = Pause.begin_everywhere(by=by, at=at)
    Delivery.test(page, channel="email", destination="a@example.com", lane="mail", at=at)
    everything.end(by=by, at=at)
    assert Delivery.claim("mail", "me", 10, at) == []


def test_a_command_pauses_everything_and_resumes_it(
    page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    for _again in range(2):
        call_command("pause_telling")
    assert Pause.objects.everywhere().standing().count() == 1
    for _again in range(2):
        call_command("pause_telling", resume=True)
    assert not Pause.objects.standing().exists()
    assert "paused since" in capsys.readouterr().out
    assert set(page.events.values_list("actor_label", flat=True)) >= {"pause_telling"}
