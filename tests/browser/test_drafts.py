"""Staff keep a draft, start from a template, and readers see what is pinned and translated."""

import pytest

from proof.browser import Eyes
from proof.cases import journeys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def keep_and_publish(eyes: Eyes, site: journeys.Site) -> None:
    """From a template to a draft, and from the draft to the page."""
    journeys.sign_in(eyes, site)
    eyes.go(f"{site.url}/console/northmail/incidents/open/", "drafts-open")
    eyes.page.get_by_text("Start from a template").click()
    eyes.click("link", "A component cannot be reached", "drafts-from-template")
    assert eyes.page.get_by_label("Title").input_value() == "Mailstore cannot be reached"
    title = f"Kept for later ({eyes.size})"
    eyes.page.get_by_label("Title").fill(title)
    eyes.click("button", "Save as draft", "drafts-draft")
    eyes.expect("Nobody outside sees it")
    eyes.go(f"{site.url}/console/northmail/drafts/", "drafts-list")
    eyes.expect(title)
    eyes.go(f"{site.url}/console/northmail/templates/", "drafts-templates")
    eyes.page.goto(site.url)
    assert title not in eyes.page.locator("body").inner_text()


def read(eyes: Eyes, site: journeys.Site) -> None:
    """A reader meets what is pinned, and an update in German."""
    eyes.go(site.url, "drafts-pinned")
    eyes.expect("Mails of this page have a new sender")
    eyes.page.goto(f"{site.url}/history/")
    eyes.click("link", "Activity feed: messages missing or late", "drafts-translated")
    assert eyes.page.locator('details.said-in[lang="de"]').count() == 1


@pytest.mark.parametrize("size", ["390x844"])
def test_staff_start_from_a_template_and_keep_a_draft(site: journeys.Site, size: str) -> None:
    assert journeys.walk(keep_and_publish, site, size) >= 5


def test_a_reader_sees_what_is_pinned_and_translated(site: journeys.Site) -> None:
    assert journeys.walk(read, site, "1440x900") >= 2
