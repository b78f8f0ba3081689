"""Components: their level is that of their open windows."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.core.levels import Level
from incidents.models import Component, ComponentGroup, Event, Incident, Page
from people.actors import Actor

HOUR = timedelta(hours=1)


def test_setting_a_component_by_hand_opens_and_closes_a_baseline_window(
    component: Component, by: Actor, at: datetime
) -> None:
    component.set_level(Level.PARTIAL_OUTAGE, by=by, at=at)
    component.set_level(Level.DEGRADED_PERFORMANCE, by=by, at=at + HOUR)
    component.set_level(Level.OPERATIONAL, by=by, at=at + 2 * HOUR)
    spans = list(component.windows.values_list("source", "level", "start", "end"))
    assert spans == [
        ("baseline", "partial_outage", at, at + HOUR),
        ("baseline", "degraded_performance", at + HOUR, at + 2 * HOUR),
    ]
    assert component.level_at(at + 2 * HOUR) == Level.OPERATIONAL


def test_setting_it_operational_by_hand_never_ends_an_incident(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    mailstore.set_level(Level.OPERATIONAL, by=by, at=at + HOUR)
    assert mailstore.level_at(at + HOUR) == Level.MAJOR_OUTAGE


def test_a_name_is_taken_only_once_however_it_is_written(
    component: Component, page: Page, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError) as refused:
        Component.add(page, " webMAIL ", by=by, at=at)
    assert list(refused.value.message_dict) == ["name"]
    component.change(name="Webmail", description="Reading in a browser", by=by, at=at)


def test_a_component_stands_under_a_heading_of_its_own_page(
    component: Component, page: Page, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    group = ComponentGroup.add(other, "Mail", by=by, at=at)
    with pytest.raises(ValidationError, match="group of another page"):
        Component.add(page, "IMAP", group=group, by=by, at=at)
    with pytest.raises(ValidationError, match="group of another page"):
        component.change(group=group, by=by, at=at)


def test_components_and_groups_line_up_in_the_order_of_adding(
    page: Page, by: Actor, at: datetime
) -> None:
    group = ComponentGroup.add(page, "Mail", by=by, at=at)
    names = ["IMAP", "POP", "SMTP"]
    for name in names:
        Component.add(page, name, group=group, by=by, at=at)
    assert [each.name for each in group.components.all()] == names


def test_a_level_that_does_not_exist_or_lies_ahead_is_refused(
    component: Component, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="none of operational"):
        component.set_level("broken", by=by, at=at)
    with pytest.raises(ValidationError, match="has not come yet"):
        component.set_level(Level.MAJOR_OUTAGE, by=by, at=at, happened_at=at + HOUR)
    assert not Event.objects.filter(kind="component.level_set").exists()
