"""The figures of the Mailstore outage on page, feeds and JSON alike."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from incidents.models import Incident, Page
from tests.facts.conftest import NOW

pytestmark = pytest.mark.django_db

FIGURES = (
    "19 h 27 min",
    "8 h 14 min",
    "10 min late",
    "about 8,000",
    "31 h 59 min",
    "24 accounts",
    "45 h 14 min",
    "75 %",
    "25 %",
    "six months",
    "Not affected",
)


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("where", ["story", "atom", "rss", "answer"])
def test_every_figure_is_on_page_feeds_and_json(
    demo: Page, request: pytest.FixtureRequest, where: str, figure: str
) -> None:
    assert figure in request.getfixturevalue(where)


@pytest.fixture
def told(outage: Incident, client: Client) -> Any:
    """The outage as the API tells it to anybody."""
    with time_machine.travel(NOW, tick=False):
        answer = client.get(f"/api/v3/incidents/{outage.public_id}")
    assert answer.status_code == 200
    return answer.json()


def test_the_api_tells_windows_promise_cohorts_and_credit_as_data(told: Any) -> None:
    windows = {
        (each["kind"], each["start"][:16], (each["end"] or "")[:16]) for each in told["windows"]
    }
    assert ("unavailable", "2012-12-13T17:46", "2012-12-14T13:13") in windows
    assert ("unavailable", "2012-12-13T17:46", "2012-12-15T15:00") in windows
    assert {each["count_affected"] for each in told["windows"]} == {None, 24, 8000}
    assert {each["seconds_late"] for each in told["commitments"]} == {0, 600}
    assert {each["size"] for each in told["cohorts"]} == {24, None}
    assert "six months of service to all Mailstore accounts" in told["credit_statement"]["text"]
    assert sum(each["kind"] == "not_affected" for each in told["notes"]) == 4
