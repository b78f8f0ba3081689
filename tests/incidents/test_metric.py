"""Metrics: points are taken whole or refused by name, replaced, and forgotten in time."""

import math
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Component, Event, Metric, MetricPoint, Page
from people.actors import Actor

HOUR = timedelta(hours=1)


@pytest.fixture
def metric(page: Page, component: Component, by: Actor, at: datetime) -> Metric:
    return Metric.add(page, "Time to deliver", unit="s", component=component, by=by, at=at)


def test_a_second_point_for_an_instant_replaces_the_first_also_within_one_batch(
    metric: Metric, at: datetime
) -> None:
    assert metric.record([(at, 1.0), (at, 2.0), (at - HOUR, 5)], at=at) == 2
    metric.record([(at, 3.5)], at=at)
    assert list(metric.points.values_list("value", flat=True)) == [5, 3.5]


def test_points_take_no_place_in_the_journal_and_make_no_new_version(
    metric: Metric, page: Page, at: datetime
) -> None:
    before = Event.objects.count(), Page.objects.get(pk=page.pk).version
    metric.record([(at, 1.0)], at=at)
    assert (Event.objects.count(), Page.objects.get(pk=page.pk).version) == before


@pytest.mark.parametrize(
    ("ahead", "value", "words"),
    [
        (timedelta(seconds=61), 1.0, "has not come yet"),
        (timedelta(), math.nan, "no number that can be drawn"),
        (timedelta(), math.inf, "no number that can be drawn"),
        (timedelta(), -1e301, "no number that can be drawn"),
        (timedelta(days=-91), 1.0, "longer ago than the 90 days"),
    ],
)
def test_a_point_that_cannot_be_is_refused_and_none_of_its_batch_is_kept(
    metric: Metric, at: datetime, ahead: timedelta, value: float, words: str
) -> None:
    with pytest.raises(ValidationError, match=words) as refused:
        metric.record([(at, 1.0), (at + ahead, value)], at=at)
    assert list(refused.value.message_dict) == ["points"]
    assert not MetricPoint.objects.exists()


def test_a_batch_has_one_to_a_thousand_points(metric: Metric, at: datetime) -> None:
    second = timedelta(seconds=1)
    metric.record([(at - second * number, 1.0) for number in range(1000)], at=at)
    for count in (0, 1001):
        with pytest.raises(ValidationError, match="Send 1 to 1000 points"):
            metric.record([(at - second * number, 1.0) for number in range(count)], at=at)


def test_points_are_forgotten_once_they_are_older_than_they_are_kept(
    metric: Metric, by: Actor, at: datetime
) -> None:
    metric.record([(at, 1.0)], at=at)
    metric.change(keep_days=7, by=by, at=at)
    later = at + timedelta(days=8)
    metric.record([(later, 2.0)], at=later)
    assert list(metric.points.values_list("value", flat=True)) == [2.0]


def test_what_a_metric_is_called_and_how_it_is_shown_is_checked(
    metric: Metric, page: Page, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    theirs = Component.add(other, "IMAP", by=by, at=at)
    for field, value, words in (
        ("name", " ", "Write something"),
        ("name", "time TO deliver", "measured on this page already"),
        ("unit", "x" * 21, "At most 20"),
        ("decimals", 7, "0 to 6"),
        ("keep_days", 0, "1 to 1830"),
        ("component", theirs, "of another page"),
    ):
        given: dict[str, Any] = {"name": "Queue", field: value}
        with pytest.raises(ValidationError, match=words) as refused:
            Metric.add(page, **given, by=by, at=at)
        assert list(refused.value.message_dict) == [field]


def test_a_metric_is_changed_and_removed_with_its_points(
    metric: Metric, by: Actor, at: datetime
) -> None:
    metric.record([(at, 1.0)], at=at)
    metric.change(name="Delivery", decimals=1, by=by, at=at)
    assert Event.objects.latest("pk").before == {"name": "Time to deliver", "decimals": "0"}
    metric.remove(by=by, at=at)
    assert not MetricPoint.objects.exists()
    assert Event.objects.latest("pk").kind == "metric.removed"
