"""A postmortem as readers read it: its newest revision, and the record beneath."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from incidents.core.levels import Level
from incidents.models import (
    ActionItem,
    Component,
    Incident,
    Note,
    Page,
    Postmortem,
    TimelineEntry,
    Update,
)
from people.actors import Actor
from publishing import previewing
from publishing.artefact import Missing
from publishing.rendering import render

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def text(page: Page, incident: Incident, by: Actor, at: datetime) -> Postmortem:
    """A draft over an outage that went as outages go."""
    Update.post(
        incident, body="Still at it.", next_update_due=at + 5 * HOUR, by=by, at=at + 4 * HOUR
    )
    Note.add(incident, "milestone", "Restored", happened_at=at + 5 * HOUR, by=by, at=at + 5 * HOUR)
    incident.resolve(body="Over.", by=by, at=at + 5 * HOUR + 10 * MINUTE)
    incident.reopen(body="Not over.", by=by, at=at + 6 * HOUR)
    incident.resolve(body="Now it is.", by=by, at=at + 7 * HOUR)
    drafted = Postmortem.draft(
        page, title="What happened", incidents=[incident], by=by, at=at + 8 * HOUR,
        signatories="The mail team\nAda Example",
    )  # fmt: skip
    drafted.write_section("summary", "A disk failed.", by=by, at=at + 8 * HOUR)
    return drafted


def seen(postmortem: Postmortem, at: datetime, rest: str = "") -> str:
    body = render(postmortem.page, f"{postmortem.public_path}{rest}", at).body.decode()
    return re.sub(r"\s+", " ", body)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_readers_read_the_newest_revision_and_never_what_is_being_written(
    text: Postmortem, by: Actor, at: datetime
) -> None:
    later = at + 9 * HOUR
    text.publish(by=by, at=later)
    text.change(title="Why it happened", interim=True, internal_notes="Ask Bob.", by=by, at=later)
    text.write_section("summary", "Two disks failed.", by=by, at=later)
    for path in ("", "history/", text.public_path, text.first_incident.public_path, "history.atom"):  # type: ignore[union-attr]
        body = render(text.page, path, later).body.decode()
        assert "Why it happened" not in body
        assert "Two disks" not in body
        assert "Interim" not in body
    assert "What happened" in seen(text, later)
    assert "Ask Bob" not in seen(text, later)


def test_an_amendment_is_said_above_the_text_with_a_way_to_what_changed(
    text: Postmortem, by: Actor, at: datetime
) -> None:
    text.publish(by=by, at=at + 9 * HOUR)
    text.write_section("summary", "Two disks failed.", by=by, at=at + 48 * HOUR)
    text.amend("There were two.", by=by, at=at + 48 * HOUR)
    page = seen(text, at + 49 * HOUR)
    assert "Amended 4 Mar 2026 : There were two." in words(page)
    assert f"{text.public_path}revisions/2/" in page
    change = seen(text, at + 49 * HOUR, "revisions/2/")
    assert re.search(r"<del>.*?taken out: ?</span>A disk</del>", change)
    assert re.search(r"<ins>.*?put in: ?</span>Two disks</ins>", change)
    assert text.revisions.get(number=2).sha256 in change
    first = seen(text, at + 49 * HOUR, "revisions/1/")
    assert "A disk failed." in first
    assert "What changed" not in first
    with pytest.raises(Missing):
        seen(text, at + 49 * HOUR, "revisions/3/")


def test_the_timeline_is_read_from_the_record_in_order_with_offsets(
    text: Postmortem, by: Actor, at: datetime
) -> None:
    TimelineEntry.add(
        text, "The alarm rang", happened_at=at + 2 * MINUTE, precision="about", by=by,
        at=at + 8 * HOUR,
    )  # fmt: skip
    again = text.incidents.get()
    Update.post(again, body="See [“**API**”](/incidents/x/).", by=by, at=at + 8 * HOUR)
    TimelineEntry.add(
        text, "Nobody heard it", happened_at=at, public=False, by=by, at=at + 8 * HOUR
    )
    text.publish(by=by, at=at + 9 * HOUR)
    page = seen(text, at + 9 * HOUR)
    told = words(page.split('id="timeline"')[1].split("</ol>")[0])
    order = [
        "Mailstore: major outage begins",
        "We are looking into it.",
        "The alarm rang",
        "Still at it.",
        "Promised: Next update, by 2 Mar 2026, 17:00 UTC",
        "+5 h Restored",
        "Kept 10 min late: Next update",
        "Reopened: Not over.",
        "Now it is.",
    ]
    places = [told.index(line) for line in order]
    assert places == sorted(places)
    assert "about 2 Mar, 12:02 UTC +2 min The alarm rang" in told
    assert "4 h without a word" in told
    assert "See “API”." in told
    assert "Nobody heard it" not in page


def test_figures_are_printed_with_what_they_mean_and_unknown_ones_left_out(
    text: Postmortem, incident: Incident, by: Actor, at: datetime
) -> None:
    incident.date_milestones(detected_at=at + 3 * MINUTE, by=by, at=at + 8 * HOUR)
    text.publish(by=by, at=at + 9 * HOUR)
    told = words(seen(text, at + 9 * HOUR).split('id="figures"')[1].split("</section>")[0])
    assert "Time to detect 3 min from the start until we noticed" in told
    assert "Time to resolve 7 h" in told
    assert "Longest silence 4 h" in told
    assert "Promises kept 0 of 1" in told
    assert "mitigate" not in told


def test_several_incidents_are_summed_up(
    text: Postmortem, page: Page, component: Component, by: Actor, at: datetime
) -> None:
    other = Incident.open(
        page, title="Webmail too", body="x", levels={component: Level.PARTIAL_OUTAGE},
        started_at=at + 6 * HOUR, by=by, at=at + 6 * HOUR,
    )  # fmt: skip
    other.resolve(body="Over.", by=by, at=at + 8 * HOUR)
    text.change(incidents=[*text.incidents.all(), other], by=by, at=at + 8 * HOUR)
    text.publish(by=by, at=at + 9 * HOUR)
    told = words(seen(text, at + 9 * HOUR).split('id="figures"')[1].split("</section>")[0])
    assert "Incidents 2 that this account covers" in told
    assert "From first to last 8 h" in told


def test_actions_are_listed_with_progress_and_what_is_overdue_and_private_ones_nowhere(
    text: Postmortem, by: Actor, at: datetime
) -> None:
    done = ActionItem.add(text, "Deploy new hardware", team="Storage", owner="Ada", by=by, at=at)
    ActionItem.add(text, "Faster backups", due=(at + 24 * HOUR).date(), by=by, at=at)
    ActionItem.add(text, "Sue the vendor", public=False, by=by, at=at)
    text.publish(by=by, at=at + 9 * HOUR)
    done.report("done", text="In service.", by=by, at=at + 10 * HOUR)
    later = at + 72 * HOUR
    told = words(seen(text, later).split('id="actions"')[1].split("</section>")[0])
    assert "1 of 2 done" in told
    assert "2 Mar 2026 : Done. In service." in told
    assert "overdue , was due 3 Mar 2026" in told
    for path in (text.public_path, "history.atom", "history.rss"):
        body = render(text.page, path, later).body.decode()
        assert "Sue the vendor" not in body
        assert "Ada</" not in body


@pytest.mark.parametrize("path", ["history.atom", "history.rss"])
def test_feeds_tell_of_publication_amendment_and_progress_under_names_that_stay(
    text: Postmortem, by: Actor, at: datetime, path: str
) -> None:
    action = ActionItem.add(text, "Deploy new hardware", by=by, at=at)
    text.publish(by=by, at=at + 9 * HOUR)
    text.write_section("summary", "Two disks failed.", by=by, at=at + 10 * HOUR)
    text.amend("There were two.", by=by, at=at + 10 * HOUR)
    progress = action.report("done", by=by, at=at + 11 * HOUR)
    feed = render(text.page, path, at + 12 * HOUR).body.decode()
    for number in (1, 2):
        assert f":Postmortem/{text.public_id}/{number}<" in feed
    assert f":Action/{progress.public_id}<" in feed
    assert "Done: Deploy new hardware" in feed
    assert "There were two." in feed


def test_a_withdrawn_one_leaves_a_tombstone_with_the_reason(
    text: Postmortem, by: Actor, at: datetime
) -> None:
    text.publish(by=by, at=at + 9 * HOUR)
    text.withdraw("It named the wrong device.", by=by, at=at + 10 * HOUR)
    answer = render(text.page, text.public_path, at + 11 * HOUR)
    assert answer.status == 410
    assert "It named the wrong device." in answer.body.decode()
    with pytest.raises(Missing):
        seen(text, at + 11 * HOUR, "revisions/1/")
    for path in ("", "history/", "history.atom"):
        assert "What happened" not in render(text.page, path, at + 11 * HOUR).body.decode()


def test_a_draft_that_was_given_up_was_never_there(
    text: Postmortem, by: Actor, at: datetime
) -> None:
    text.withdraw("Not worth it.", by=by, at=at + 9 * HOUR)
    with pytest.raises(Missing):
        seen(text, at + 9 * HOUR)


def test_a_preview_link_opens_the_draft_until_it_is_revoked(
    text: Postmortem, client: Client, by: Actor, at: datetime
) -> None:
    assert previewing.address(text) == ""
    text.share_preview(by=by, at=at + 8 * HOUR)
    link = previewing.address(text).removeprefix(text.page.site)
    answer = client.get(link)
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "Draft, not published." in body
    assert "A disk failed." in body
    assert answer["Cache-Control"] == "private, no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert client.get(f"{link[:-2]}{'1' if link[-2] == '0' else '0'}/").status_code == 404
    text.revoke_preview(by=by, at=at + 8 * HOUR)
    assert client.get(link).status_code == 404


def test_publishing_ends_the_preview_of_the_draft(
    text: Postmortem, client: Client, by: Actor, at: datetime
) -> None:
    text.share_preview(by=by, at=at + 8 * HOUR)
    link = previewing.address(text).removeprefix(text.page.site)
    text.publish(by=by, at=at + 9 * HOUR)
    assert client.get(link).status_code == 404
