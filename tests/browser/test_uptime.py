"""From the status page to a component, its days and its uptime; staff change what counts."""

import re

import pytest

from proof.browser import Eyes
from proof.cases import journeys
from proof.cases.journeys import Site, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def reader(eyes: Eyes, site: Site) -> None:
    """Somebody who asks how it has been."""
    eyes.go(site.url, "uptime-status")
    component = eyes.page.get_by_role("link", name="Activity feed", exact=True)
    eyes.follow(component, "uptime-component")
    eyes.expect("not counted")
    eyes.expect("leave wrong displays out of uptime")
    eyes.expect("Depends on")
    eyes.go(f"{site.url}/uptime/", "uptime-table")
    eyes.go(f"{site.url}/uptime/2012-12/", "uptime-month")
    eyes.expect("Mailstore")


def staff(eyes: Eyes, site: Site) -> None:
    """Somebody who sets what counts, what hangs on what, and what is measured."""
    sign_in(eyes, site)
    console = f"{site.url}/console/{eyes.page.url.split('/console/')[1].split('/')[0]}"
    eyes.go(f"{console}/metrics/", "console-metrics")
    eyes.click("link", "Add a metric", "console-metric")
    eyes.page.get_by_label("Name", exact=True).fill("Logins a minute")
    eyes.click("button", "Add a metric")
    eyes.expect("Logins a minute")
    eyes.go(f"{console}/settings/uptime/", "console-uptime")
    eyes.page.get_by_label("One hour of “partial outage” counts as").fill("a lot")
    eyes.click("button", "Save", "console-uptime-refused")
    eyes.expect("is no weight")
    eyes.go(f"{console}/components/", "console-needs-list")
    needs = eyes.page.get_by_role("link", name=re.compile("^Depends on.*Web site$"))
    eyes.follow(needs, "console-needs")
    eyes.page.get_by_label("Mailstore").check()
    eyes.click("button", "Save")
    mirror = eyes.page.get_by_role("link", name=re.compile("^Follow a page.*API$"))
    eyes.follow(mirror, "console-mirror")


def test_a_reader_looks_up_how_a_component_has_been(site: Site) -> None:
    assert journeys.walk(reader, site, "390x844") >= 4


def test_staff_set_what_counts_what_hangs_on_what_and_what_is_measured(site: Site) -> None:
    assert journeys.walk(staff, site, "390x844") >= 6
