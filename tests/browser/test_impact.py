"""Impact on a phone: recorded, corrected in sight of readers, and the page as it stood then."""

import pytest

from proof.browser import Eyes, chromium
from proof.cases import journeys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_reader_sees_a_correction_and_the_page_as_it_stood(site: journeys.Site) -> None:
    with chromium("390x844") as context:
        eyes = Eyes(context, "390x844")
        eyes.go(site.outage, "impact-corrected")
        eyes.expect("Corrected")
        eyes.expect("Its end stood here as exact.")
        eyes.follow(eyes.page.get_by_role("link", name="As it stood then").nth(3), "as-of")
        eyes.expect("This is what the page said at")
        assert "19 h 27 min" not in eyes.page.locator("main").inner_text()
        eyes.click("link", "To what is known now")
        eyes.expect("19 h 27 min")


def test_staff_record_correct_and_take_back_impact(site: journeys.Site) -> None:
    with chromium("390x844") as context:
        eyes = Eyes(context, "390x844")
        journeys.sign_in(eyes, site)
        page = eyes.page
        eyes.click("link", "Activity feed: messages missing or late")
        address = page.url.split("#")[0]
        eyes.go(f"{address}impact/record/", "console-impact-record")
        page.get_by_label("Component").select_option(label="API")
        page.get_by_label("Level").select_option("degraded_performance")
        page.get_by_label("Kind of harm").select_option("delayed")
        page.get_by_label("From", exact=True).fill("2020-01-01T10:00")
        page.locator("#id_end").fill("2020-01-01T09:00")
        save = page.locator("main form button").first
        eyes.follow(save, "console-impact-refused")
        eyes.expect("which is not after its start")
        page.locator("#id_end").fill("2020-01-01T11:00")
        eyes.follow(save, "console-impact-recorded")
        row = page.locator("#impact li", has_text="API")
        eyes.follow(row.get_by_role("link", name="Correct").first)
        page.locator("#id_end").fill("2020-01-01T10:30")
        page.get_by_label("Why it was otherwise").fill("The logs say so.")
        eyes.look("console-impact-correct")
        eyes.follow(save)
        eyes.follow(row.get_by_role("link", name="Take back").first)
        page.get_by_label("Reason").fill("It was our own test.")
        eyes.look("console-impact-take-back")
        eyes.follow(save)
        eyes.expect("It was our own test.")
