"""What people click, in a real browser on a phone; both sizes and the dark are in the proof."""

import pytest

from proof.cases import journeys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_reader_finds_the_outage_its_postmortem_and_the_history(site: journeys.Site) -> None:
    assert journeys.walk(journeys.reader, site, "390x844") >= 5


def test_a_subscriber_asks_confirms_and_leaves(site: journeys.Site) -> None:
    assert journeys.walk(journeys.subscriber, site, "390x844") >= 5


def test_staff_open_update_and_resolve_an_incident(site: journeys.Site) -> None:
    assert journeys.walk(journeys.staff, site, "390x844") >= 10


def test_the_main_job_works_without_a_script(site: journeys.Site) -> None:
    journeys.without_script(site)
