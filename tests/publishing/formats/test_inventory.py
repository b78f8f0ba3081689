"""What is a format of something published is published with it, and nothing else is."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from incidents.models import Event, Incident, Maintenance, Update
from people.actors import Actor
from publishing.artefact import Missing
from publishing.published import inventory
from publishing.published.gathering import Touched
from publishing.published.inventory import Stage
from publishing.published.touching import touched_by
from publishing.rendering import render
from tests.publishing.world import Outage

HOUR = timedelta(hours=1)


def test_every_format_is_in_the_inventory_and_can_be_made(outage: Outage, at: datetime) -> None:
    page = outage.page
    incident, work, part = outage.incident.public_id, outage.evening.public_id, outage.mailstore
    wanted = {
        "history.atom", "history.rss", "feed.json", "updates.atom", "maintenance.ics", "badge.svg",
        "card.png", "sitemap.xml", "robots.txt", "embed/", "embed/script.js", "index.md",
        "history.md", "history/2012-12.md", "uptime.md", "promises.md", "promises/2012.md",
        f"incidents/{incident}.md", f"incidents/{incident}.txt", f"maintenance/{work}.md",
        f"maintenance/{work}.txt", f"maintenance/{work}.ics", f"postmortems/{outage.postmortem.public_id}.md",
        *(f"{part.public_path}{name}" for name in ("badge.svg", "feed.json", "history.atom", "maintenance.ics")),
        f"components/{part.public_id}.md", f"components/{part.public_id}/history.md",
    }  # fmt: skip
    plan = inventory.everything(page, at)
    assert wanted - set(plan) == set()
    for path in wanted:
        assert render(page, path, at).path == path


def test_forms_frames_and_what_stood_then_are_in_no_twin(outage: Outage, at: datetime) -> None:
    twins = [path for path in inventory.everything(outage.page, at) if path.endswith(".md")]
    assert [
        path for path in twins if "as-of" in path or "subscribe" in path or "embed" in path
    ] == []


def test_an_update_touches_the_formats_of_what_it_tells_of(
    incident: Incident, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="More.", by=by, at=at + HOUR)
    plan = touched_by(incident.page, Touched.of(Event.objects.order_by("-pk")[:1]), at + HOUR)
    component = incident.windows.get().component
    assert {
        "updates.atom", "feed.json", f"incidents/{incident.public_id}.txt",
        f"incidents/{incident.public_id}.md", f"{component.public_path}history.rss",
        f"{component.public_path}badge.svg",
    } <= set(plan)  # fmt: skip


def test_work_that_is_moved_touches_its_calendars(
    incident: Incident, by: Actor, at: datetime
) -> None:
    page, component = incident.page, incident.windows.get().component
    work = Maintenance.schedule(
        page, title="New disks", body="x", start=at + HOUR, end=at + 2 * HOUR,
        components=[component], by=by, at=at,
    )  # fmt: skip
    work.scheduled_windows.get().reschedule(
        start=at + 3 * HOUR, end=at + 4 * HOUR, body="Later.", by=by, at=at
    )
    plan = touched_by(page, Touched.of(Event.objects.order_by("-pk")[:1]), at)
    assert {
        "maintenance.ics", f"maintenance/{work.public_id}.ics",
        f"{component.public_path}maintenance.ics",
    } <= set(plan)  # fmt: skip


def test_what_was_just_said_is_soon_in_markdown_too(
    incident: Incident, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="A zebra crossed.", by=by, at=at)
    plan = touched_by(incident.page, Touched.of(Event.objects.order_by("-pk")[:1]), at)
    told = ("index.md", f"incidents/{incident.public_id}.md", "history.md")
    assert {plan[path] for path in told} == {Stage.TONGUES}
    assert plan["uptime.md"] == Stage.REST


def test_what_nobody_may_read_has_no_format(incident: Incident, by: Actor, at: datetime) -> None:
    page = incident.page
    hidden = Incident.open(page, title="A rehearsal", body="x", rehearsal=True, by=by, at=at)
    for end in ("md", "txt"):
        with pytest.raises(Missing):
            render(page, f"incidents/{hidden.public_id}.{end}", at)
    for path in inventory.everything(page, at):
        with suppress(Missing):  # a logo that nobody uploaded
            assert b"A rehearsal" not in render(page, path, at).body, path
