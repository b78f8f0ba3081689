"""A correction names what it corrects, both ways; a redaction leaves its stub."""

import pytest

from proof.browser import Eyes, chromium
from proof.cases import journeys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_an_update_is_corrected_and_another_redacted(site: journeys.Site) -> None:
    with chromium("390x844") as context:
        eyes = Eyes(context, "390x844")
        journeys.sign_in(eyes, site)
        slug = eyes.page.url.split("/console/")[1].split("/")[0]
        eyes.go(site.outage, "corrected")
        eyes.expect("Corrected by the update of 13 Dec 2012")
        eyes.expect("Suspected: Power-supply backplane or motherboard")
        page = eyes.page
        page.goto(f"{site.url}/console/{slug}/incidents/")
        eyes.click("link", "Activity feed: messages shown as queued")
        eyes.follow(page.get_by_role("link", name="Correct #1", exact=True), "console-correct")
        page.get_by_label("Update", exact=True).fill("It is 12 % of messages, not 10 %.")
        eyes.click("button", "Post the correction")
        eyes.follow(page.get_by_role("link", name="Redact #1", exact=True))
        page.get_by_label("Reason").fill("It named a customer.")
        eyes.follow(page.locator("main form button").first, "console-corrected")
        public = page.get_by_role("link", name="Public page").last.get_attribute("href") or ""
        eyes.go(public, "corrected-public")
        eyes.expect("It named a customer.")
        eyes.expect("It is 12 % of messages")
