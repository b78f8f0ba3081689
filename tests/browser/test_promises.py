"""A promise from the composer to the reader: unknown at first, then with a time, then kept."""

import pytest

from proof.browser import Eyes, chromium
from proof.cases import journeys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_promise_is_made_shown_and_kept(site: journeys.Site) -> None:
    with chromium("390x844") as context:
        eyes = Eyes(context, "390x844")
        journeys.sign_in(eyes, site)
        eyes.click("link", "Open an incident")
        page = eyes.page
        page.get_by_label("Title").fill("Search answers slowly")
        page.get_by_label("First update").fill("We are looking.")
        page.get_by_label("Next update", exact=True).select_option("unknown")
        page.get_by_label("Unknown, because").fill("the index shows no progress")
        eyes.look("promise-unknown")
        eyes.click("button", "Publish")
        console = page.url.split("#")[0]
        page.goto(f"{console}promises/add/")
        page.get_by_label("In our words").fill("Search is fast again")
        due = page.evaluate("new Date(Date.now() + 7.2e6).toISOString().slice(0, 16)")
        page.locator("#id_due").fill(due)
        page.locator("#id_due_zone").select_option("UTC")
        eyes.look("promise-made")
        eyes.follow(page.locator("main form button").first)
        public = page.get_by_role("link", name="Public page").last.get_attribute("href") or ""
        eyes.go(public, "promise-public")
        eyes.expect("When the next update comes is unknown: the index shows no progress")
        eyes.expect("Search is fast again: in ")
        page.goto(f"{console}resolve/")
        page.get_by_label("What readers should know").fill("It is.")
        eyes.follow(page.locator("main form button").first)
        eyes.go(f"{site.url}/promises/", "promises")
        eyes.expect("Search is fast again")
        eyes.expect("What we promised")


def test_the_record_of_promises_reads_well_on_a_desk_and_in_the_dark(site: journeys.Site) -> None:
    with chromium("1440x900", dark=True) as context:
        eyes = Eyes(context, "1440x900-dark")
        eyes.go(f"{site.url}/promises/2012/", "promises-2012")
        eyes.expect("10 min late")
        eyes.expect("A full analysis")
