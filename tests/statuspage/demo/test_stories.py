"""What holds for every story, so that one can write another."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from incidents.core.instants import relative_words
from incidents.models import Page
from people.actors import Actor
from statuspage.demo.activity import ACTIVITY
from statuspage.demo.clocks import NEW_YORK, Clock, Relative, calendar
from statuspage.demo.mailstore import AFTERWARDS, EVE, OUTAGE
from statuspage.demo.scene import Scene
from statuspage.demo.steps import Open, Post, Resolve, Story
from statuspage.demo.upcoming import UPCOMING

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TODAY = Relative(NOON, NEW_YORK)
STORIES: list[tuple[Story, Clock]] = [
    ((*EVE, *OUTAGE, *AFTERWARDS), calendar),
    (UPCOMING, TODAY),
]


@pytest.mark.parametrize(("story", "clock"), STORIES)
def test_steps_are_told_in_the_order_of_their_times(story: Story, clock: Clock) -> None:
    times = [clock(step.at) for step in story]
    assert all(before <= after for before, after in pairwise(times))


def test_each_incident_of_the_activity_feed_is_told_in_order() -> None:
    for key in ("index", "double", "again"):
        times = [TODAY(step.at) for step in ACTIVITY if step.on == key]
        assert all(before <= after for before, after in pairwise(times))


@pytest.mark.parametrize("story", [(*EVE, *OUTAGE, *AFTERWARDS), ACTIVITY, UPCOMING])
def test_updates_name_times_instead_of_saying_tonight(story: Story) -> None:
    posts = [step for step in story if isinstance(step, Open | Post | Resolve)]
    said = {word for post in posts for word in relative_words(post.body)}
    assert said <= {"later"}


def test_times_within_a_text_are_told_by_the_clock_of_the_scene(page: Page, by: Actor) -> None:
    scene = Scene(page, calendar, by)
    assert scene.words("Down since {{13 Dec 12:46}}.") == "Down since 17:46 UTC on 13 December."


def test_line_breaks_of_the_source_are_no_line_breaks_of_the_text(page: Page, by: Actor) -> None:
    text = """
        One sentence that
        goes on.

        - a list
        - of two, whose
          second goes on
          - and holds one
        """
    expected = (
        "One sentence that goes on.\n\n- a list\n- of two, whose second goes on\n  - and holds one"
    )
    assert Scene(page, calendar, by).words(text) == expected
