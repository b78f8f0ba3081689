"""Time that goes by changes files, too: what nobody touches reads as it would if made now."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import pytest

from incidents.models import ActionItem, Component, Incident, Page, Postmortem, Update
from incidents.models.site.mirror import Mirror
from people.actors import Actor
from publishing.published import inventory
from publishing.published.making import finished
from tests.publishing.published.conftest import Press
from tests.publishing.world import open_trouble

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
# What tells stories: figures of uptime and of promises so far are those of when they were made.
STORIES: Final = re.compile(r"(?:incidents|maintenance|postmortems|series|history)/.*")
# The instant that a file shows, and what is counted from it: scripts count on.
STAMP: Final = re.compile(
    r'<p class="stamp">.*?</p>|As of\s+<time.*?</time>|^As of .*'
    r'|<span class="figure" data-due=.*?</span>|, in \d+ h',
    re.MULTILINE,
)


def untimely(press: Press, page: Page) -> Iterator[str]:
    """The stories that would read otherwise if they were made now."""
    page = Page.objects.get(pk=page.pk)
    for path in filter(STORIES.fullmatch, inventory.everything(page, press.now)):
        fresh = finished(page, path, press.now)
        body = getattr(fresh, "body", b"").decode()
        if STAMP.sub("", press.read(page, path)) != STAMP.sub("", body):
            yield path


@pytest.fixture
def ended(page: Page, mailstore: Component, by: Actor, at: datetime) -> Incident:
    """An incident that was over at one o'clock, with a promise that was broken."""
    incident = open_trouble(page, mailstore, by, at)
    incident.resolve(body="It is over.", by=by, at=at + HOUR)
    return incident


def test_stories_read_as_if_they_were_made_now_for_three_weeks(
    press: Press, page: Page, ended: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    postmortem = Postmortem.draft(page, title="Why", incidents=[ended], by=by, at=at + HOUR)
    postmortem.write_section("summary", "A disk was full.", by=by, at=at + HOUR)
    day = (at + 2 * DAY).date()
    ActionItem.add(postmortem, "Alarm earlier", due=day, public=True, by=by, at=at + HOUR)
    postmortem.publish(by=by, at=at + HOUR)
    running = open_trouble(page, mailstore, by, at + HOUR)
    Update.post(running, body="Still.", by=by, at=at + 2 * HOUR, next_update_due=at + 30 * HOUR)
    press.look(after=3 * HOUR)
    assert "overdue" not in press.read(page, postmortem.public_path)
    assert "/ask/" in press.read(page, ended.public_path)
    for days in (1, 2, 10, 2, 6):
        press.look(after=days * DAY)
        assert list(untimely(press, page)) == []
    assert "overdue" in press.read(page, postmortem.public_path)
    assert "/ask/" not in press.read(page, ended.public_path)


def test_the_invitation_to_write_ends_to_the_minute(
    press: Press, page: Page, ended: Incident
) -> None:
    press.look(after=HOUR)
    press.look(after=14 * DAY - MINUTE)
    assert "/ask/" in press.read(page, ended.public_path)
    press.look(after=MINUTE)
    assert "/ask/" not in press.read(page, ended.public_path)


def test_how_long_ago_another_page_was_read_is_told_anew(
    press: Press, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    mirror = Mirror.follow(mailstore, "https://status.example.com", by=by, at=at)
    press.look(after=MINUTE)
    assert "not read yet" in press.read(page, mailstore.public_path)
    mirror.saw("operational", at=press.now)
    press.look(after=5 * MINUTE)
    assert "not read yet" not in press.read(page, mailstore.public_path)
    mirror.failed("gone", at=press.now)
    press.look(after=5 * MINUTE)
    assert "cannot be read at the moment" in press.read(page, mailstore.public_path)
    mirror.saw("operational", at=press.now)
    press.look(after=5 * MINUTE)
    assert "cannot be read at the moment" not in press.read(page, mailstore.public_path)
