"""Uptime over any period, what components depend on, whom they follow, and metrics."""

from datetime import datetime, timedelta
from typing import Final

from ninja import Query, Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import reading, writing
from api.paging import Listed, Paging, stepped
from api.sent.measured import (
    Between,
    DependenciesSent,
    MetricChangeSent,
    MetricSent,
    MirrorSent,
    PointsSent,
)
from api.shown.measured import (
    MetricShown,
    PageUptimeShown,
    PointShown,
    PointsShown,
    RecordedShown,
    UptimeShown,
)
from api.shown.pages import ComponentShown
from incidents.core import checks
from incidents.core.roles import Ability
from incidents.models import Component, Metric, Mirror, Page
from incidents.uptime import between

router = Router(tags=["Uptime and metrics"])
SCOPE: Final = "components:write"
USUAL: Final = timedelta(days=90)
MOST_POINTS: Final = 1000


@router.get(
    "/components/{slug:component}/uptime",
    operation_id="getUptime",
    summary="Read a component's uptime over any period",
    **reading(UptimeShown),
)
def get_uptime(request: Call, component: str, span: Query[Between]) -> UptimeShown:
    """Return seconds, exactly, from `start` to `end`; the last 90 days if neither is sent."""
    named = request.auth.component(component)
    start, end = _span(span, request.auth.at)
    return UptimeShown.of(named, between(named.page, [named], start, end)[named.pk], start, end)


@router.get(
    "/pages/{slug:page}/uptime",
    operation_id="getPageUptime",
    summary="Read the uptime of a page, its groups and components",
    **reading(PageUptimeShown),
)
def get_page_uptime(request: Call, page: str, span: Query[Between]) -> PageUptimeShown:
    """Return the same for all components at once, with the means of groups and page."""
    site = request.auth.page(page)
    start, end = _span(span, request.auth.at)
    components = list(site.components.select_related("group", "page"))
    found = between(site, components, start, end)
    rows = [(component, found[component.pk]) for component in components]
    return PageUptimeShown.of(site, rows, start, end)


@router.put(
    "/components/{slug:component}/dependencies",
    operation_id="setDependencies",
    summary="Set what a component depends on",
    **writing(SCOPE, ComponentShown, 200),
)
@once
def set_dependencies(request: Call, component: str, sent: DependenciesSent) -> Answer:
    """Replace them as a whole; what would go round in a circle is refused by name."""
    caller = request.auth
    named = caller.component_for(Ability.ADMINISTER, component)
    needed = _components(named.page, sent.components)
    named.change(depends_on=needed, by=caller.by, at=caller.at)
    return Answer(ComponentShown.of(caller.component(component)))


@router.put(
    "/components/{slug:component}/mirror",
    operation_id="followPage",
    summary="Let a component follow somebody else's status page",
    **writing(SCOPE, ComponentShown, 200),
)
@once
def follow_page(request: Call, component: str, sent: MirrorSent) -> Answer:
    """Follow a Statuspage-shaped page from now on, or none."""
    caller = request.auth
    named = caller.component_for(Ability.ADMINISTER, component)
    if sent.url is not None:
        Mirror.follow(named, **sent.arguments(), by=caller.by, at=caller.at)
    elif mirror := Mirror.objects.filter(component=named).first():
        mirror.stop(by=caller.by, at=caller.at)
    return Answer(ComponentShown.of(caller.component(component)))


@router.get(
    "/pages/{slug:page}/metrics",
    operation_id="listMetrics",
    summary="List the metrics of a page",
    **reading(Listed[MetricShown]),
)
def list_metrics(request: Call, page: str, step: Paging) -> Listed[MetricShown]:
    """Return the metrics in their order; staff get those that are not shown, too."""
    site = request.auth.page(page)
    visible = site.metrics.visible_to(request.auth.viewer(site))
    found, following = stepped(
        visible.select_related("page", "component"), step, order=("position", "pk")
    )
    return Listed(items=[MetricShown.of(each) for each in found], next_cursor=following)


@router.get(
    "/metrics/{slug:metric}",
    operation_id="getMetric",
    summary="Read a metric",
    **reading(MetricShown),
)
def get_metric(request: Call, metric: str) -> MetricShown:
    """Return what is measured; its points have an address of their own."""
    return MetricShown.of(request.auth.metric(metric))


@router.post(
    "/pages/{slug:page}/metrics",
    operation_id="addMetric",
    summary="Add a metric",
    **writing(SCOPE, MetricShown),
)
@once
def add_metric(request: Call, page: str, sent: MetricSent) -> Answer:
    """Add a figure that is measured again and again."""
    caller = request.auth
    site = caller.page_for(Ability.ADMINISTER, page)
    about = _component(site, sent.component)
    metric = Metric.add(
        site, component=about, **sent.arguments("component"), by=caller.by, at=caller.at
    )
    return Answer.created(MetricShown.of(metric), "get_metric", metric=metric.public_id)


@router.put(
    "/metrics/{slug:metric}",
    operation_id="changeMetric",
    summary="Change a metric",
    **writing(SCOPE, MetricShown, 200),
)
@once
def change_metric(request: Call, metric: str, sent: MetricChangeSent) -> Answer:
    """Change what it is called and how it is shown."""
    caller = request.auth
    named = caller.metric_for(Ability.ADMINISTER, metric)
    changes = sent.arguments("component")
    if sent.component is not None:
        changes["component"] = _component(named.page, sent.component)
    named.change(**changes, by=caller.by, at=caller.at)
    return Answer(MetricShown.of(named))


@router.post(
    "/metrics/{slug:metric}/points",
    operation_id="recordPoints",
    summary="Write measurements down",
    **writing(SCOPE, RecordedShown, 200),
)
@once
def record_points(request: Call, metric: str, sent: PointsSent) -> Answer:
    """Take 1 to 1,000 points, all or none; a second one for an instant replaces the first."""
    caller = request.auth
    named = caller.metric_for(Ability.RESPOND, metric)
    recorded = named.record(sent.pairs(caller.at), at=caller.at)
    return Answer(RecordedShown(metric_id=named.public_id, recorded=recorded))


@router.get(
    "/metrics/{slug:metric}/points",
    operation_id="listPoints",
    summary="Read measurements",
    **reading(PointsShown),
)
def list_points(request: Call, metric: str, span: Query[Between]) -> PointsShown:
    """Return the first 1,000 points from `start` to `end`, in the order of time."""
    named = request.auth.metric(metric)
    start, end = _span(span, request.auth.at)
    rows = named.points.filter(at__gte=start, at__lte=end).order_by("at")[:MOST_POINTS]
    points = [PointShown(at=row.at, value=row.value) for row in rows]
    return PointsShown(metric_id=named.public_id, points=points)


def _span(asked: Between, at: datetime) -> tuple[datetime, datetime]:
    end = checks.not_in_future(asked.end or at, at, field="end")
    start = asked.start or end - USUAL
    checks.ordered(start, end)
    return start, end


def _components(page: Page, names: list[str]) -> list[Component]:
    return [found for name in names if (found := _component(page, name, "components"))]


def _component(page: Page, name: str | None, field: str = "component") -> Component | None:
    if name is None:
        return None
    found = page.components.filter(public_id=name).first()
    if found is None:
        raise checks.refusal(field, f"“{name[:40]}” is no component of this page.")
    return found
