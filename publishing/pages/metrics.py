"""Charts of measurements: drawn by the server, with a table for whoever cannot see them."""

from collections.abc import Iterable
from datetime import datetime

from incidents.core.viewers import PUBLIC
from incidents.models import Component, Metric, MetricPoint, Page
from publishing.drawn.charts import DAY, RANGES, Chart, Range


def of_page(page: Page, shown: Iterable[Metric], at: datetime) -> list[list[Chart]]:
    """The last day of every metric that is shown."""
    return _charts(page, shown, at, (DAY,))


def of_component(component: Component, at: datetime) -> list[list[Chart]]:
    """Day, week and month of every metric of a component, as far as it is shown."""
    return _charts(component.page, component.metrics.visible_to(PUBLIC), at, RANGES)


def _charts(
    page: Page, metrics: Iterable[Metric], at: datetime, ranges: tuple[Range, ...]
) -> list[list[Chart]]:
    """One list a metric; those of which nothing was measured are left out."""
    shown = list(metrics)
    if not shown:
        return []
    longest = max(each.length for each in ranges)
    rows = MetricPoint.objects.filter(metric__in=shown, at__gt=at - longest, at__lte=at)
    found: dict[int, list[tuple[datetime, float]]] = {metric.pk: [] for metric in shown}
    for pk, moment, value in rows.order_by("at").values_list("metric_id", "at", "value"):
        found[pk].append((moment, value))
    return [
        [_chart(metric, each, at, page, found[metric.pk]) for each in ranges]
        for metric in shown
        if found[metric.pk]
    ]


def _chart(
    metric: Metric, reach: Range, at: datetime, page: Page, points: list[tuple[datetime, float]]
) -> Chart:
    within = [point for point in points if point[0] > at - reach.length]
    return Chart(metric, reach, at, page.zone, within)
