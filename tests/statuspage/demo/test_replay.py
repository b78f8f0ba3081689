"""`manage.py replay`: an outage once more, faster, on a page of its own."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from incidents.models import Incident, Page
from incidents.reading import PageState
from statuspage.demo.replay import TALES, Replay, clear, stage
from statuspage.management.commands import replay as command

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Watch:
    """A clock that nobody waits for: it notes what it was asked to wait until."""

    def __init__(self, stop_after: int = 1000) -> None:
        self.asked: list[datetime] = []
        self.stop_after = stop_after

    def __call__(self, moment: datetime) -> None:
        if len(self.asked) == self.stop_after:
            raise KeyboardInterrupt
        self.asked.append(moment)


@pytest.fixture
def scene(page: Page) -> Page:
    return stage(at=NOON)


def play(page: Page, watch: Watch, speed: float = 600) -> Incident:
    for _step in Replay(TALES["mailstore"], page, NOON, speed).steps(watch):
        pass
    return page.incidents.filter(kind="incident").latest("pk")


def test_it_plays_the_whole_outage_in_under_five_minutes(scene: Page) -> None:
    watch = Watch()
    incident = play(scene, watch)
    assert incident.status == "resolved"
    assert incident.updates.count() == 8
    assert watch.asked == sorted(watch.asked)
    assert watch.asked[-1] - NOON < timedelta(minutes=5)


def test_lengths_shrink_with_the_speed(scene: Page) -> None:
    incident = play(scene, Watch(), speed=60)
    down = incident.windows.get(superseded_at=None, level="major_outage", cohort=None)
    assert down.end is not None
    assert down.end - down.start == timedelta(hours=19, minutes=27) / 60
    assert incident.started_at == NOON


def test_subscribers_of_the_replays_page_are_told(scene: Page) -> None:
    incident = play(scene, Watch())
    assert scene.events.filter(incident=incident, tell=True).count() == 8


def test_the_demos_own_page_is_not_touched(scene: Page, page: Page) -> None:
    play(scene, Watch())
    assert not page.incidents.exists()
    assert not scene.is_front


def test_playing_again_begins_a_fresh_incident(scene: Page) -> None:
    first, second = play(scene, Watch()), play(stage(at=NOON), Watch())
    assert first.pk != second.pk
    assert scene.pk == second.page_id


def test_what_a_stopped_replay_left_open_is_withdrawn(scene: Page) -> None:
    with pytest.raises(KeyboardInterrupt):
        play(scene, Watch(stop_after=5))
    later = NOON + timedelta(minutes=9)
    assert clear(scene, at=later) == 2
    state = PageState.of(scene, at=later)
    assert not state.incidents
    assert {component.level for component in state.components} == {"operational"}


def test_the_command_says_what_it_plays_and_stops_by_itself(page: Page) -> None:
    out = StringIO()
    call_command("replay", "mailstore", "--speed", "9000000", stdout=out)
    assert "Playing on http" in out.getvalue()
    told = "13 Dec 18:26  An update is posted: Some mail was bounced to its senders"
    assert told in out.getvalue()


def test_ctrl_c_is_a_clean_end(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "wait_until", Watch(stop_after=20))
    out = StringIO()
    call_command("replay", "mailstore", "--speed", "9000000", stdout=out)
    assert "Stopped" in out.getvalue()
    assert not Incident.objects.filter(withdrawn_at=None).unresolved().exists()


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "nan", "inf"])
def test_a_speed_that_is_none_is_refused(speed: str) -> None:
    with pytest.raises(CommandError, match="speed"):
        call_command("replay", "mailstore", f"--speed={speed}")


def test_a_story_that_is_not_known_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("replay", "another")
