"""A reader pastes an error, asks, and reads the answer; staff answer at the inbox."""

import pytest

from proof.browser import Eyes
from proof.cases import journeys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

QUESTION = "Does the feed show my mail of last Monday again?"


def find_and_ask(eyes: Eyes, site: journeys.Site) -> None:
    """From the error text to the incident; then a question about one that goes on."""
    eyes.page.goto(site.url)
    eyes.page.get_by_label("Did you see an error? Paste its text").fill(
        "<joe@example.com>: mail for mailstore.example.com loops back to myself"
    )
    eyes.click("button", "Find", "search")
    eyes.click("link", "Mailstore", "found")
    eyes.expect("What you may have seen")
    eyes.expect("Relay access denied")
    eyes.expect("Plan B: repair of the device by its vendor")
    eyes.go(f"{site.url}/search/?q=printer+on+fire", "search-nothing")
    eyes.expect("We know of no trouble with this text")
    eyes.page.goto(site.url)
    eyes.click("link", "Activity feed: messages missing or late", "open-incident")
    eyes.click("link", "Ask a question", "ask")
    eyes.page.get_by_label("Your question").fill(QUESTION)
    eyes.page.get_by_label("Your e-mail address").fill("ada")
    eyes.click("button", "Send", "ask-refused")
    eyes.expect("This is not an e-mail address.")
    eyes.page.get_by_label("Your e-mail address").fill("ada@example.org")
    eyes.click("button", "Send", "asked")
    eyes.expect("It is with our staff now")


def answer(eyes: Eyes, site: journeys.Site) -> None:
    """Staff find it in the inbox, answer it for all to read, and note more."""
    journeys.sign_in(eyes, site)
    eyes.click("link", "Inbox", "console-inbox")
    eyes.click("link", "Answer for all to read", "console-answer")
    eyes.expect(QUESTION)
    eyes.page.get_by_label("Answer", exact=True).fill("Yes, once the new index is **complete**.")
    eyes.click("button", "Publish the answer", "console-answered")
    eyes.click("link", "Activity feed: messages missing or late", "console-notes")
    notes = eyes.page.locator("#notes")
    eyes.follow(notes.get_by_role("link", name="Add"), "console-pick-note")
    eyes.click("link", "What you can do", "console-add-note")
    eyes.page.get_by_label("What to do").fill("Ask the API for the state of a message")
    eyes.click("button", "Add")
    eyes.follow(notes.get_by_role("link", name="Withdraw"), "console-withdraw-note")


def read(eyes: Eyes, site: journeys.Site) -> None:
    """The answer stands on the page, and the reader is mailed it."""
    eyes.page.goto(site.url)
    eyes.click("link", "Activity feed: messages missing or late", "answered-incident")
    eyes.expect(QUESTION)
    eyes.expect("Yes, once the new index is complete.")
    assert "Our answer" in site.mail_to("ada@example.org", QUESTION)


def test_a_reader_pastes_an_error_asks_and_reads_the_answer(site: journeys.Site) -> None:
    for journey in (find_and_ask, answer, read):
        assert journeys.walk(journey, site, "390x844") >= 1
