"""Changes whose effect reaches further than what they are about."""

from datetime import datetime, timedelta

from incidents.models import (
    Component,
    Incident,
    IncidentLink,
    LinkKind,
    Metric,
    Page,
    Postmortem,
    Update,
)
from people.actors import Actor
from tests.publishing.published.conftest import Press
from tests.publishing.world import open_trouble

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_a_language_that_is_given_up_leaves_no_page(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    page.change(languages=["de"], by=by, at=at)
    press.look()
    assert press.read(page, "de/")
    page.change(languages=[], by=by, at=at + MINUTE)
    press.look(after=MINUTE)
    assert press.read(page, "de/") == ""
    assert press.differences(page) == []


def test_a_level_set_by_hand_for_the_past_is_in_every_month_that_it_lasted(
    press: Press, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    press.look()
    mailstore.set_level("major_outage", happened_at=at - 40 * DAY, by=by, at=at + MINUTE)
    assert {"uptime/2026-01/", "uptime/2026-02/", "uptime/2026-03/"} <= press.look(after=MINUTE)
    assert press.differences(page) == []
    mailstore.set_level("operational", by=by, at=at + HOUR)
    press.look(after=HOUR)
    assert press.differences(page) == []


def test_a_new_component_stands_in_every_month_of_uptime(
    press: Press, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    open_trouble(page, mailstore, by, at - 50 * DAY)
    press.look()
    Component.add(page, "Sending", by=by, at=at + MINUTE)
    press.look(after=MINUTE)
    assert press.differences(page) == []


def test_a_postmortem_stands_on_each_of_its_incidents(
    press: Press, page: Page, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    one, two, three = (
        over(page, each, by, at - days * DAY)
        for each, days in ((mailstore, 50), (component, 2), (component, 5))
    )
    text = Postmortem.draft(page, title="Both", incidents=[one, two], by=by, at=at)
    text.write_section("summary", "It broke.", by=by, at=at)
    press.look()
    text.publish(by=by, at=press.now)
    press.look(after=MINUTE)
    assert press.differences(page) == []
    text.change(incidents=[one, three], by=by, at=press.now)
    text.amend("Another one.", by=by, at=press.now)
    press.look(after=MINUTE)
    assert press.differences(page) == []


def test_what_is_linked_changes_on_both_ends(
    press: Press, page: Page, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    one = over(page, mailstore, by, at - 50 * DAY)
    two = open_trouble(page, component, by, at - 2 * DAY)
    IncidentLink.tie(two, one, LinkKind.SAME_SERIES, by=by, at=at)
    press.look()
    Update.post(two, body="Hello", by=by, at=at + MINUTE)
    two.resolve(body="Over.", by=by, at=at + MINUTE)
    press.look(after=MINUTE)
    assert press.differences(page) == []
    one.withdraw(reason="Another's.", by=by, at=press.now)
    press.look(after=MINUTE)
    assert press.differences(page) == []


def over(page: Page, component: Component, by: Actor, at: datetime) -> Incident:
    """Trouble that lasted an hour."""
    incident = open_trouble(page, component, by, at)
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    return incident


def test_a_metric_is_gone_from_the_page_of_its_component_and_new_points_are_on_it(
    press: Press, page: Page, component: Component, by: Actor, at: datetime
) -> None:
    metric = Metric.add(page, "Delay", unit="s", component=component, by=by, at=at)
    press.look()
    metric.record([(at, 77123.0)], at=at)
    assert component.public_path in press.look(after=5 * MINUTE)
    assert "Delay" in press.read(page, component.public_path)
    metric.remove(by=by, at=press.now)
    press.look(after=MINUTE)
    assert "Delay" not in press.read(page, component.public_path)
    assert press.differences(page) == []
