"""A postmortem from the first line to its amendment, by two people, as readers see it."""

import pytest

from proof.browser import Eyes, chromium
from proof.cases import journeys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SECOND, PASSWORD = "second.reader@example.com", "a reader of drafts 7"


def test_one_writes_another_reviews_and_readers_see_what_was_amended(site: journeys.Site) -> None:
    site.manage("create_owner", SECOND, "--name", "Second reader", "--password", PASSWORD)
    with chromium("1440x900") as context:
        eyes = Eyes(context, "1440x900")
        journeys.sign_in(eyes, site)
        home = _write(eyes)
    _review(home, site)
    with chromium("1440x900") as context:
        eyes = Eyes(context, "1440x900")
        journeys.sign_in(eyes, site)
        _publish_and_amend(eyes, home)
        public = eyes.page.locator("main").get_by_role("link", name="Public page")
        eyes.follow(public, "postmortem-amended")
        eyes.expect("There were two disks.")


def test_on_a_phone_in_the_dark_the_demos_account_is_read_to_its_difference(
    site: journeys.Site,
) -> None:
    with chromium("390x844", dark=True) as context:
        eyes = Eyes(context, "390x844-dark")
        eyes.page.goto(site.outage)
        eyes.click("link", "The Mailstore outage of 13 December", "postmortem-account")
        for words in ("2 of 4 done", "Promises kept", "Time to mitigate", "Revisions of this text"):
            eyes.expect(words)
        eyes.click("link", "What changed", "postmortem-difference")
        eyes.expect("New hardware is deployed")


def _write(eyes: Eyes) -> str:
    """Draft one, write a section and an action, hand it in; returns its screen."""
    eyes.click("link", "Postmortems", "console-postmortems")
    eyes.click("link", "Draft a postmortem")
    eyes.page.get_by_label("Title").fill("Why mail was slow")
    eyes.page.get_by_label("Activity feed").first.check()
    eyes.click("button", "Begin", "console-postmortem-empty")
    home = eyes.page.url
    _open_the_summary(eyes)
    eyes.page.get_by_label("Text").fill("A disk failed.")
    eyes.click("button", "Save")
    eyes.click("link", "Add an action")
    eyes.page.get_by_label("What is done").fill("Buy disks")
    eyes.click("button", "Add an action")
    eyes.click("link", "Hand in for review", "console-postmortem-submit")
    eyes.click("button", "Hand in for review", "console-postmortem-waiting")
    return home


def _review(home: str, site: journeys.Site) -> None:
    """Somebody else looks at it on a phone, and approves."""
    with chromium("390x844") as context:
        eyes = Eyes(context, "390x844")
        eyes.page.goto(f"{site.url}/console/")
        eyes.page.get_by_label("E-mail address").fill(SECOND)
        eyes.page.get_by_label("Password").fill(PASSWORD)
        eyes.click("button", "Sign in")
        eyes.go(home, "console-postmortem")
        eyes.click("link", "Review", "console-postmortem-review")
        eyes.click("button", "Approve")
        eyes.expect("Approved")


def _publish_and_amend(eyes: Eyes, home: str) -> None:
    eyes.page.goto(home)
    eyes.click("link", "Publish", "console-postmortem-publish")
    eyes.click("button", "Publish")
    _open_the_summary(eyes)
    eyes.page.get_by_label("Text").fill("Two disks failed.")
    eyes.click("button", "Save")
    eyes.expect("An amendment is in preparation")
    eyes.click("link", "Publish the amendment")
    eyes.page.get_by_label("What was amended").fill("There were two disks.")
    eyes.look("console-postmortem-amend")
    eyes.click("button", "Publish the amendment")


def _open_the_summary(eyes: Eyes) -> None:
    eyes.follow(eyes.page.locator("#summary .section__more"))
