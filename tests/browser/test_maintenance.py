"""Staff plan work, move it and let it come back; readers see it, and by how much one overran."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from proof.browser import Eyes
from proof.cases import journeys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def plan(eyes: Eyes, site: journeys.Site) -> None:
    """Staff schedule work with the calm form, then move it by a day."""
    journeys.sign_in(eyes, site)
    eyes.click("link", "Maintenance", "console-maintenance")
    eyes.expect("Weekly restart of the web servers")
    eyes.click("link", "Schedule", "console-schedule")
    start = datetime.now(UTC) + timedelta(days=3)
    _fill(eyes, "Title", "New switches")
    eyes.page.get_by_label("What readers should know").fill("Sending pauses for some minutes.")
    _instant(eyes, "Starts", start)
    _instant(eyes, "Ends", start + timedelta(hours=1))
    eyes.page.get_by_label("SMTP sending").check()
    eyes.click("button", "Schedule maintenance", "console-planned")
    eyes.expect("reminder")
    eyes.click("link", "Reschedule", "console-reschedule")
    eyes.page.get_by_label("What readers should know").fill("The switches arrive a day later.")
    _instant(eyes, "Starts", start + timedelta(days=1))
    _instant(eyes, "Ends", start + timedelta(days=1, hours=1))
    eyes.click("button", "Reschedule", "console-moved")
    eyes.expect("moved from")
    eyes.click("link", "Public page", "status-planned")


def repeat(eyes: Eyes, site: journeys.Site) -> None:
    """The next five dates stand there before anything is saved."""
    journeys.sign_in(eyes, site)
    eyes.click("link", "Maintenance")
    eyes.click("link", "Let it come back")
    first = datetime.now(UTC) + timedelta(days=2)
    _fill(eyes, "Title", "Patches")
    eyes.page.get_by_label("What readers should know").fill("Servers restart in turn.")
    _instant(eyes, "First start", first)
    eyes.page.get_by_label("Until").fill(f"{first + timedelta(days=90):%Y-%m-%d}")
    eyes.page.locator("#dates li").nth(4).wait_for()
    eyes.look("console-recurrence-preview")
    eyes.click("button", "Set up", "console-recurrence")
    eyes.expect("Every week")


def read(eyes: Eyes, site: journeys.Site) -> None:
    """What is ahead, whom it concerns, and what took longer than was said."""
    eyes.go(site.url, "status-ahead")
    eyes.expect("This concerns only: Mailstore users moved to the new hardware (about 75 %)")
    eyes.expect("overran by 25 min")
    eyes.click("link", "New certificates on the web servers", "maintenance-overran")
    eyes.expect("overrun by 25 min")
    eyes.page.goto(site.url)
    eyes.click("link", "Weekly restart of the web servers", "maintenance-weekly")
    eyes.expect("This comes back every week")
    eyes.page.goto(site.url)
    eyes.click("link", "Short maintenances for users who were moved", "maintenance-announced")
    eyes.expect("Dates to follow")


def test_staff_plan_move_and_repeat_work_and_readers_see_it(site: journeys.Site) -> None:
    for journey in (plan, repeat, read):
        assert journeys.walk(journey, site, "390x844") >= 1


def _fill(eyes: Eyes, label: str, text: str) -> None:
    eyes.page.get_by_label(label, exact=True).fill(text)


def _instant(eyes: Eyes, label: str, moment: datetime) -> None:
    field = eyes.page.get_by_label(label, exact=True)
    field.fill(f"{moment:%Y-%m-%dT%H:%M}")
    zone = re.sub(r"^id_", "", field.get_attribute("id") or "")
    eyes.page.locator(f"[name={zone}_zone]").select_option("UTC")
