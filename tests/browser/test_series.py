"""What hangs together: a series read on phone and desk, a false alarm called, a rehearsal seen."""

import pytest

from proof.browser import Eyes, chromium
from proof.cases import journeys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize(("size", "dark"), [("390x844", True), ("1440x900", False)])
def test_a_reader_goes_from_one_incident_to_its_series(
    site: journeys.Site, size: str, dark: bool
) -> None:
    with chromium(size, dark=dark) as context:
        eyes = Eyes(context, size)
        eyes.page.goto(site.url)
        eyes.click("link", "Activity feed: search index out of step", "series-member")
        eyes.click("link", "in a series", "series")
        eyes.expect("entries, one trouble")
        eyes.expect("Move of four database servers")
        eyes.expect("Was caused by the fix of")


def test_staff_rehearse_and_call_a_false_alarm(site: journeys.Site) -> None:
    with chromium("390x844") as context:
        eyes = Eyes(context, "390x844")
        journeys.sign_in(eyes, site)
        page = eyes.page
        slug = page.url.split("/console/")[1].split("/")[0]
        console = f"{site.url}/console/{slug}"
        page.goto(f"{console}/incidents/open/")
        page.get_by_label("Title").fill("We practise")
        page.get_by_label("First update").fill("Nothing is broken; we practise.")
        page.locator("details.more summary").first.click()
        page.get_by_label("Rehearsal").check()
        eyes.click("button", "Publish", "console-rehearsal")
        page.locator("details.menu > summary").first.click()
        eyes.click("link", "False alarm", "console-false-alarm")
        eyes.follow(page.locator("main form button").first)
        eyes.click("link", "See it as readers would", "rehearsal-as-readers")
        eyes.expect("Nobody outside sees this page")
        eyes.expect("False alarm")
        page.go_back()
        eyes.click("button", "Put the rehearsal away")
        eyes.expect("put away")
