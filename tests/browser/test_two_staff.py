"""Two of staff at once, in two windows: nobody's words are lost."""

import pytest

from proof.browser import Eyes, chromium
from proof.cases import journeys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_two_summaries_and_two_updates_meet(site: journeys.Site) -> None:
    with chromium("1440x900") as context:
        mine, theirs = Eyes(context, "1440x900"), Eyes(context, "1440x900-other")
        journeys.sign_in(mine, site)
        mine.page.goto(f"{site.url}/console/northmail/incidents/")
        mine.click("link", "Activity feed: messages missing or late")
        home = mine.page.url
        for eyes, text in ((mine, "My summary."), (theirs, "Their summary.")):
            eyes.page.goto(f"{home}summary/")
            eyes.page.get_by_label("Summary").fill(text)
        theirs.click("button", "Save")
        mine.click("button", "Save", "two-summaries")
        mine.expect("changed this while you were writing")
        mine.expect("Their summary.")
        assert mine.page.get_by_label("Summary").input_value() == "My summary."
        mine.click("button", "Save")
        mine.expect("My summary.")
        for eyes, text in ((mine, "My update."), (theirs, "Their update.")):
            eyes.page.goto(home)
            eyes.page.get_by_label("Update", exact=True).fill(text)
        theirs.click("button", "Post update")
        mine.click("button", "Post update", "two-updates")
        mine.expect("posted while you were writing")
        mine.expect("Their update.")
        assert mine.page.get_by_label("Update", exact=True).input_value() == "My update."
        mine.click("button", "Post update")
        mine.expect("My update.")
