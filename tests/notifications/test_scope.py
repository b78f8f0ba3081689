"""Who hears of what: parts, groups, what is added later, how bad, one incident."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.core.levels import Level
from incidents.models import Component, ComponentGroup, Incident, Page, Postmortem, Update
from notifications import rounds
from notifications.models import Broadcast, Delivery, Subscription
from notifications.models.scope import About
from notifications.reach import reach
from people.actors import Actor
from tests.notifications.conftest import Subscriber

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(at: datetime) -> list[str]:
    """Tell what is due; who was told of the newest broadcast."""
    rounds.tell(at)
    newest = Broadcast.objects.order_by("-sequence")[0]
    return sorted(newest.deliveries.values_list("destination", flat=True))


def test_a_group_stands_for_all_that_is_in_it_now(
    page: Page, mailstore: Component, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    group = ComponentGroup.add(page, "Mail", by=by, at=at)
    subscriber("group@example.com").rescope(groups=[group])
    other = ComponentGroup.add(page, "Web", by=by, at=at)
    subscriber("other@example.com").rescope(groups=[other])
    mailstore.change(group=group, by=by, at=at)
    Incident.open(
        page, title="Down", body="Looking.", levels={mailstore: Level.MAJOR_OUTAGE}, by=by, at=at
    )
    assert told(at) == ["group@example.com"]


def test_components_added_later_are_heard_of_where_somebody_asked_for_that(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    subscriber("new@example.com").rescope(components=[component], new_from=at)
    subscriber("old@example.com").rescope(components=[component])
    added = Component.add(page, "Calendar", by=by, at=at + DAY)
    Incident.open(
        page, title="Down", body="Looking.", levels={added: Level.MAJOR_OUTAGE}, by=by, at=at + DAY
    )
    assert told(at + DAY) == ["new@example.com"]


def test_who_asked_for_outages_alone_hears_when_it_becomes_one_and_to_the_end(
    page: Page, mailstore: Component, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    subscriber("all@example.com")
    subscriber("major@example.com").rescope(from_level=Level.MAJOR_OUTAGE)
    incident = Incident.open(
        page, title="Slow", body="Looking.", levels={mailstore: Level.DEGRADED_PERFORMANCE},
        by=by, at=at,
    )  # fmt: skip
    assert told(at) == ["all@example.com"]
    Update.post(incident, body="Down.", levels={mailstore: Level.MAJOR_OUTAGE}, by=by, at=at + DAY)
    assert told(at + DAY) == ["all@example.com", "major@example.com"]
    incident.resolve(body="Over.", by=by, at=at + 2 * DAY)
    assert told(at + 2 * DAY) == ["all@example.com", "major@example.com"]


def test_a_threshold_says_nothing_of_maintenance(
    page: Page, subscriber: Subscriber, at: datetime
) -> None:
    subscriber().rescope(from_level=Level.MAJOR_OUTAGE)
    for kind, level, count in (
        ("maintenance", Level.UNDER_MAINTENANCE, 1), ("update", Level.PARTIAL_OUTAGE, 0),
        ("postmortem", Level.OPERATIONAL, 1),
    ):  # fmt: skip
        about = About(page, kind, level=level)
        assert Subscription.objects.hearing(about).count() == count, kind
    assert reach(page) == {"email": 1}


@pytest.fixture
def follower(page: Page, incident: Incident, at: datetime) -> Subscription:
    """Somebody who follows the incident, and hears of nothing else."""
    asked = Subscription.ask(page, destination="ada@example.com", incident=incident, at=at)
    found = Subscription.confirm(asked.token("confirm"), at)
    assert found is not None
    return found


def test_who_follows_one_incident_hears_of_that_one_alone(
    page: Page, incident: Incident, follower: Subscription, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="More.", by=by, at=at)
    assert told(at) == ["ada@example.com"]
    Incident.open(page, title="Another", body="Looking.", by=by, at=at)
    assert told(at) == []


def test_who_hears_of_the_page_and_follows_an_incident_gets_one_mail(
    incident: Incident, follower: Subscription, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    subscriber("ada@example.com")
    assert Subscription.objects.count() == 2
    Update.post(incident, body="More.", by=by, at=at)
    assert told(at) == ["ada@example.com"]


def test_following_ends_by_itself_when_all_is_said(
    page: Page, incident: Incident, follower: Subscription, by: Actor, at: datetime
) -> None:
    assert Subscription.end_outlived(at + 30 * DAY) == 0
    incident.resolve(body="Over.", by=by, at=at + DAY)
    assert Subscription.end_outlived(at + 30 * DAY) == 0
    account = Postmortem.draft(page, title="Why", incidents=[incident], by=by, at=at + 2 * DAY)
    account.write_section(kind="summary", body="A disk was full.", by=by, at=at + 2 * DAY)
    account.publish(by=by, at=at + 3 * DAY)
    assert told(at + 3 * DAY) == ["ada@example.com"]
    assert Subscription.end_outlived(at + 4 * DAY) == 0
    assert Subscription.end_outlived(at + 6 * DAY) == 1
    follower.refresh_from_db()
    assert follower.state == Subscription.State.UNSUBSCRIBED


def test_following_ends_without_a_postmortem_after_ninety_days(
    incident: Incident, follower: Subscription, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", by=by, at=at)
    assert Subscription.end_outlived(at + 89 * DAY) == 0
    assert Subscription.end_outlived(at + 91 * DAY) == 1


def test_who_follows_catches_up_with_that_incident_at_once(
    incident: Incident, follower: Subscription, at: datetime
) -> None:
    rounds.tell(at)
    assert Delivery.objects.filter(broadcast__incident=incident).count() == 1


@pytest.mark.parametrize(
    ("field", "picked"),
    [("from_level", {"from_level": "operational"}), ("kinds", {"kinds": ["gossip"]})],
)
def test_a_choice_that_is_none_is_refused_by_its_field(
    subscriber: Subscriber, field: str, picked: dict[str, object]
) -> None:
    with pytest.raises(ValidationError) as refused:
        subscriber().rescope(**picked)
    assert field in refused.value.message_dict
