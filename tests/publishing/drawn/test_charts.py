"""Charts: a line, its bounds, its gaps, and the same for whoever cannot see it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from incidents.models import Component, Metric, Page
from people.actors import Actor
from publishing.drawn.charts import DAY, HEIGHT, WEEK, Chart
from publishing.rendering import render
from tests.publishing.world import as_served

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def chart(*points: tuple[datetime, float], decimals: int = 0) -> Chart:
    metric = Metric(name="Time to deliver", unit="s", decimals=decimals)
    return Chart(metric, DAY, NOON, ZoneInfo("UTC"), points)


def test_the_figures_are_newest_least_and_most() -> None:
    drawn = chart(
        (NOON - 3 * MINUTE, 1250), (NOON - 2 * MINUTE, 2), (NOON - MINUTE, 7.26), decimals=1
    )
    assert (drawn.newest, drawn.least, drawn.most) == ("7.3 s", "2.0 s", "1,250.0 s")


def test_silence_breaks_the_line_and_a_lone_point_is_a_dot() -> None:
    drawn = chart((NOON - 600 * MINUTE, 1), (NOON - 560 * MINUTE, 2), (NOON - 5 * MINUTE, 3))
    assert drawn.path.count("M") == 2
    assert drawn.path.count("L") == 1


def test_a_quiet_line_stands_in_the_middle() -> None:
    assert f" {HEIGHT / 2:.1f}" in chart((NOON - MINUTE, 5), (NOON - 60 * MINUTE, 5)).path


@given(
    st.lists(
        st.tuples(st.integers(0, 1439), st.floats(-1e300, 1e300)),
        min_size=1, max_size=40,
    )
)  # fmt: skip
def test_whatever_was_measured_stays_within_the_drawing(rows: list[tuple[int, float]]) -> None:
    points = sorted((NOON - back * MINUTE, value) for back, value in rows)
    drawn = chart(*points)
    heights = [
        float(part.split()[1].removesuffix("h0"))
        for part in drawn.path.replace("L", "M").split("M")[1:]
    ]
    assert all(0 <= height <= HEIGHT for height in heights)
    assert len(drawn.rows) <= 13


def test_the_status_page_shows_the_day_and_the_component_also_week_and_month(
    page: Page, component: Component, by: Actor, at: datetime
) -> None:
    metric = Metric.add(page, "Time to deliver", unit="s", component=component, by=by, at=at)
    metric.record([(at - MINUTE * 10 * number, number) for number in range(30)], at=at)
    metric.record([(at - WEEK.length - MINUTE, 900)], at=at)
    front = render(page, "", at).body.decode()
    assert "Time to deliver" in front
    assert "900 s" not in front
    html = render(page, component.public_path, at).body.decode()
    for words in ("The last 24 hours", "The last 7 days", "The last 30 days", "900 s", "<details"):
        assert words in html
    metric.change(shown=False, by=by, at=at)
    for path in ("", component.public_path):
        assert "Time to deliver" not in render(page, path, at).body.decode()


def test_queries_stay_as_many_with_more_metrics_and_points(
    page: Page, by: Actor, at: datetime
) -> None:
    def count() -> int:
        served = as_served(page)
        with CaptureQueriesContext(connection) as captured:
            render(served, "", at)
        return len(captured)

    Metric.add(page, "First", by=by, at=at).record([(at - MINUTE, 1)], at=at)
    few = count()
    for number in range(3):
        metric = Metric.add(page, f"No. {number}", by=by, at=at)
        metric.record([(at - MINUTE * each, each) for each in range(50)], at=at)
    assert count() == few
