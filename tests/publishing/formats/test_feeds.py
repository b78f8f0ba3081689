import html
import json
import re
from datetime import datetime, timedelta
from typing import Any

import feedparser
import pytest

from incidents.models import Component, Incident, Maintenance, Page, Update
from people.actors import Actor
from publishing.artefact import Missing
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


@pytest.mark.parametrize("path", ["history.atom", "history.rss", "feed.json", "updates.atom"])
def test_planned_work_says_when_and_on_what(
    page: Page, mailstore: Component, by: Actor, at: datetime, path: str
) -> None:
    start = at + timedelta(hours=1)
    Maintenance.schedule(
        page, title="New disks", body="x", start=start, end=start + timedelta(hours=2),
        components=[mailstore], by=by, at=at,
    )  # fmt: skip
    Maintenance.announce(page, title="Moves", body="x", components=[mailstore], by=by, at=at)
    told = html.unescape(render(page, path, at).body.decode())
    assert "<p>Planned: 2 Mar 2026, 13:00 UTC to 2 Mar 2026, 15:00 UTC (2 h)</p>" in told
    assert "<p>Dates to follow</p>" in told
    assert told.count("<p>On: Mailstore</p>") == 2


def test_what_was_redacted_is_not_in_the_feed(incident: Incident, by: Actor, at: datetime) -> None:
    Update.post(incident, body="A secret.", by=by, at=at).redact("Private.", by=by, at=at)
    for path in ("history.atom", "history.rss"):
        assert b"A secret" not in render(incident.page, path, at).body


ALL = ["history.atom", "history.rss", "updates.atom"]


def links_of(feed: Any) -> list[str]:
    return [each["href"] for part in [feed.feed, *feed.entries] for each in part.links]


@pytest.mark.parametrize("path", ALL)
def test_ids_are_unique_links_absolute_and_dates_whole(
    outage: Outage, at: datetime, path: str
) -> None:
    feed = parsed(outage.page, at, path)
    ids = [entry.id for entry in feed.entries]
    assert len(set(ids)) == len(ids) > 2
    assert all(link.startswith("http://localhost:8000/") for link in links_of(feed))
    assert all(entry.published_parsed and entry.title for entry in feed.entries)
    assert feed.feed.language == "en"


def test_every_update_is_an_entry_of_its_own(outage: Outage, at: datetime) -> None:
    feed = parsed(outage.page, at, "updates.atom")
    told = {entry.id: entry for entry in feed.entries}
    bounced = outage.updates[1]
    entry = told[f"tag:localhost:8000,2005:Update/{bounced.public_id}"]
    assert entry.title == "Mailstore outage: Identified"
    assert entry.link == f"{outage.incident.public_url}#{bounced.anchor}"
    assert "<code>Relay access denied</code>" in entry.content[0].value
    assert len([name for name in told if "Update/" in name]) == 7


def test_what_was_said_last_comes_first(outage: Outage, at: datetime) -> None:
    times = [entry.updated_parsed for entry in parsed(outage.page, at, "updates.atom").entries]
    assert times == sorted(times, reverse=True)


def test_a_redacted_update_leaves_a_stub_in_the_feed_of_updates(
    incident: Incident, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="A secret.", by=by, at=at).redact("Private.", by=by, at=at)
    newest = parsed(incident.page, at, "updates.atom").entries[0]
    assert "A secret" not in str(newest)
    assert "This update was removed. Private." in newest.content[0].value


def test_a_feed_changes_only_when_something_in_it_does(
    incident: Incident, component: Component, by: Actor, at: datetime
) -> None:
    before = render(incident.page, f"components/{component.public_id}/history.atom", at).body
    Update.post(incident, body="More.", by=by, at=at + timedelta(hours=1))
    incident.page.refresh_from_db()
    again = render(incident.page, f"components/{component.public_id}/history.atom", at).body
    assert again == before


def test_a_component_has_a_feed_of_what_touched_it_alone(
    incident: Incident, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    page = incident.page
    Maintenance.schedule(
        page, title="New disks", body="x", start=at + timedelta(days=1),
        end=at + timedelta(days=2), components=[component], by=by, at=at,
    )  # fmt: skip
    Maintenance.announce(page, title="Some day", body="x", components=[component], by=by, at=at)
    for name in ("history.atom", "history.rss"):
        hit = parsed(page, at, f"components/{mailstore.public_id}/{name}")
        planned = parsed(page, at, f"components/{component.public_id}/{name}")
        assert [entry.title for entry in hit.entries] == ["Mail cannot be read"]
        assert sorted(entry.title for entry in planned.entries) == ["New disks", "Some day"]
        assert hit.feed.link == page.url(mailstore.public_path)


def test_impact_that_was_taken_back_touched_nothing(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident.call_false_alarm(body="It was the monitoring.", by=by, at=at)
    assert not parsed(incident.page, at, f"components/{mailstore.public_id}/history.atom").entries


def test_a_component_of_nobody_has_no_feed(page: Page, at: datetime) -> None:
    with pytest.raises(Missing):
        render(page, "components/aaaaaaaaaaaa/feed.json", at)


@pytest.mark.parametrize("of", ["", "component"])
def test_the_json_feed_is_as_version_1_1_wants_it(outage: Outage, at: datetime, of: str) -> None:
    path = f"{outage.mailstore.public_path if of else ''}feed.json"
    artefact = render(outage.page, path, at)
    feed = json.loads(artefact.body)
    assert artefact.content_type == "application/feed+json; charset=utf-8"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == outage.page.url(path)
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    told = next(item for item in feed["items"] if item["title"] == "Mailstore outage")
    assert told["url"] == outage.incident.public_url
    assert [fact for fact in FACTS if fact not in told["content_html"]] == []
    for item in feed["items"]:
        published, modified = (
            datetime.fromisoformat(item[name]) for name in ("date_published", "date_modified")
        )
        assert published <= modified


def test_json_and_atom_name_the_same_things(outage: Outage, at: datetime) -> None:
    told = json.loads(render(outage.page, "feed.json", at).body)["items"]
    atom = parsed(outage.page, at, "history.atom").entries
    assert [item["id"] for item in told] == [entry.id for entry in atom]


@pytest.mark.parametrize("path", ["updates.atom", "history.atom", "feed.json"])
def test_links_that_staff_wrote_short_are_whole_in_feeds(
    incident: Incident, by: Actor, at: datetime, path: str
) -> None:
    Update.post(incident, body="See [the docs](/docs?a=1&b=2).", by=by, at=at)
    body = html.unescape(render(incident.page, path, at).body.decode()).replace('\\"', '"')
    assert re.search(r'href="/|\]\(/', body) is None
    if path == "updates.atom":
        assert 'href="http://localhost:8000/docs?a=1&amp;b=2"' in body
    else:
        assert "See the docs (http://localhost:8000/docs?a=1&b=2)." in html.unescape(body)
