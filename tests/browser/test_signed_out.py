"""A session ends in mid-sentence, or a form is given up: nobody's words are lost unasked."""

import pytest
from playwright.sync_api import Dialog

from proof.browser import Eyes, chromium
from proof.cases import journeys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SESSION = "candor_session"
WORDS = "We found it: a disk is full."


@pytest.mark.parametrize("size", ["390x844", "1440x900"])
def test_the_words_stay_and_are_posted_after_signing_in_elsewhere(
    site: journeys.Site, size: str
) -> None:
    with chromium(size) as context:
        eyes = Eyes(context, size)
        journeys.sign_in(eyes, site)
        eyes.page.goto(f"{site.url}/console/northmail/incidents/")
        eyes.click("link", "Activity feed: messages missing or late")
        home, field = eyes.page.url, eyes.page.get_by_label("Update", exact=True)
        field.fill("We found")
        context.clear_cookies(name=SESSION)
        field.press_sequentially(" it.")
        eyes.expect("Your words are still here, and nothing was posted.")
        eyes.look("signed-out")
        assert (eyes.page.url, field.input_value()) == (home, "We found it.")
        with context.expect_page() as opened:
            eyes.page.get_by_role("link", name="Sign in, in a new tab").click()
        opened.value.get_by_label("E-mail address").fill(site.email)
        opened.value.get_by_label("Password").fill(site.password)
        with opened.value.expect_navigation():
            opened.value.get_by_role("button", name="Sign in").click()
        opened.value.close()
        eyes.page.evaluate("window.dispatchEvent(new Event('focus'))")
        eyes.page.get_by_text("You are signed out").first.wait_for(state="detached")
        field.fill(f"{WORDS} ({size})")
        eyes.click("button", "Post update")
        eyes.expect(f"{WORDS} ({size})")


def test_a_form_sent_without_a_session_comes_back_without_a_script(site: journeys.Site) -> None:
    with chromium("390x844", script=False) as context:
        eyes = Eyes(context, "390x844")
        page = eyes.page
        page.goto(f"{site.url}/console/")
        page.get_by_label("E-mail address").fill(site.email)
        page.get_by_label("Password").fill(site.password)
        eyes.click("button", "Sign in")
        page.goto(f"{site.url}/console/northmail/incidents/open/")
        page.get_by_label("Title").fill("Slow mail")
        page.get_by_label("First update").fill(WORDS)
        context.clear_cookies(name=SESSION)
        eyes.click("button", "Publish")
        assert "You are signed out: nothing was posted" in page.locator("body").inner_text()
        assert page.get_by_label("What you wrote").input_value() == WORDS


def test_cancelling_asks_only_where_something_was_typed(site: journeys.Site) -> None:
    with chromium("390x844") as context:
        eyes = Eyes(context, "390x844")
        asked: list[str] = []

        def stay(question: Dialog) -> None:
            asked.append(question.message)
            question.dismiss()

        eyes.page.on("dialog", stay)
        journeys.sign_in(eyes, site)
        form = f"{site.url}/console/northmail/incidents/open/"
        eyes.page.goto(form)
        eyes.click("link", "Cancel")
        assert not asked
        eyes.page.goto(form)
        eyes.page.get_by_label("First update").fill(WORDS)
        eyes.page.get_by_role("link", name="Cancel").click()
        assert asked == ["Leave without what you typed? “Save as draft” keeps it."]
        assert eyes.page.get_by_label("First update").input_value() == WORDS
        eyes.click("button", "Preview")
        eyes.page.get_by_role("link", name="Cancel").click()
        assert len(asked) == 2, "what came back from the server was typed, too"
