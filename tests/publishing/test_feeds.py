from datetime import datetime, timedelta
from typing import Any

import feedparser
import pytest

from incidents.models import Incident, Page, Update
from people.actors import Actor
from publishing.rendering import render
from tests.publishing.world import Outage


def parsed(page: Page, at: datetime, path: str) -> Any:
    feed = feedparser.parse(render(page, path, at).body)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


@pytest.fixture
def atom(outage: Outage, at: datetime) -> Any:
    return parsed(outage.page, at, "history.atom")


def test_the_feed_is_named_as_statuspage_names_it(atom: Any) -> None:
    assert atom.feed.id == "tag:localhost:8000,2005:/history"
    assert atom.feed.title == "Example Mail Status - Incident History"


def test_an_entry_keeps_its_id_over_its_updates(
    incident: Incident, by: Actor, at: datetime
) -> None:
    before = parsed(incident.page, at, "history.atom").entries[0]
    Update.post(incident, body="More.", by=by, at=at + timedelta(hours=1))
    after = parsed(incident.page, at, "history.atom").entries[0]
    assert before.id == after.id == f"tag:localhost:8000,2005:Incident/{incident.public_id}"
    assert after.updated > before.updated
    assert after.published == before.published


def test_the_content_begins_with_the_newest_status_in_statuspages_form(
    outage: Outage, atom: Any, at: datetime
) -> None:
    raw = render(outage.page, "history.atom", at).body.decode()
    assert (
        "&lt;p&gt;&lt;small&gt;Dec &lt;var data-var='date'&gt;14&lt;/var&gt;, "
        "&lt;var data-var='time'&gt;08:20&lt;/var&gt; EST&lt;/small&gt;&lt;br&gt;"
        "&lt;strong&gt;Resolved&lt;/strong&gt; - Mail can be read again."
    ) in raw


FACTS = [
    "19 h 27 min",
    "8 h 14 min without a word",
    "10 min late",
    "about 8,000 messages",
    "+31 h 59 min",
    "45 h 14 min",
    "75 %",
    "Six months",
    "Not affected:",
]


def test_both_feeds_hold_the_facts(outage: Outage, at: datetime) -> None:
    for path in ("history.atom", "history.rss"):
        entries = parsed(outage.page, at, path).entries
        told = next(entry for entry in entries if entry.title == "Mailstore outage")
        text = told.content[0].value if "content" in told else told.summary
        assert [fact for fact in FACTS if fact not in text] == []


def test_maintenance_is_in_the_feed(atom: Any) -> None:
    assert "Short maintenance of Mailstore" in [entry.title for entry in atom.entries]


def test_what_was_redacted_is_not_in_the_feed(incident: Incident, by: Actor, at: datetime) -> None:
    Update.post(incident, body="A secret.", by=by, at=at).redact("Private.", by=by, at=at)
    for path in ("history.atom", "history.rss"):
        assert b"A secret" not in render(incident.page, path, at).body
