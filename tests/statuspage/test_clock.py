"""The clock looks every few seconds, for years: what it looks for is found by an index."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import Incident, Page
from people.actors import Actor
from statuspage.tasks import HANDS

FEW_ROWS = {"incidents_page", "incidents_recurrence"}
# Indexes that hold only what is not over yet.
PARTIAL = {"scheduled_not_over"}


def scanned(sql: str) -> set[str]:
    """The tables that SQLite reads from end to end, or by an index that holds every row."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}")
        steps = [row[3] for row in cursor.fetchall()]
    read = [step.split() for step in steps if step.startswith("SCAN")]
    return {words[1] for words in read if words[-1] not in PARTIAL}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL scans what is small.")
@pytest.mark.django_db
def test_no_hand_reads_a_table_that_grows_from_end_to_end(page: Page, at: datetime) -> None:
    for number, hand in enumerate(HANDS):
        hand(at)
        with CaptureQueriesContext(connection) as asked:
            hand(at)
        selects = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
        for sql in selects:
            assert scanned(sql) <= FEW_ROWS, (number, sql)


@pytest.mark.django_db
def test_a_clock_that_moved_everything_leaves_the_pages_as_they_are(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", by=by, at=at, postmortem_due=at + timedelta(hours=30))
    later = at + timedelta(hours=7)
    for hand in HANDS:
        hand(later)
    version = Page.objects.get().version
    for hand in HANDS:
        hand(later + timedelta(seconds=5))
    assert Page.objects.get().version == version
