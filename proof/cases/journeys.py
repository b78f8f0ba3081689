"""Reader, subscriber and staff go their ways in Chromium, on phone and desk; axe is clean."""

import re
from collections.abc import Callable
from itertools import count

from proof import tools
from proof.browser import SIZES, Eyes, chromium
from proof.product import Product
from proof.verdict import NotProven, Verdict
from proof.waiting import until
from tests.sinks.smtp import SmtpSink

MOST_FIELDS = 6
_numbers = count(1)


def prove(verdict: Verdict) -> None:
    """Serve the demo and go through it at each size; then once in the dark, once without script."""
    if not tools.CHROMIUM.path:
        raise NotProven(tools.CHROMIUM.install)
    with SmtpSink() as mails:
        mail = f"smtp://127.0.0.1:{mails.port}"
        with Product("journeys", EMAIL_URL=mail) as product:
            site = Site(product, mails, product.manage("demo"))
            product.start()
            for size in SIZES:
                seen = [walk(journey, site, size) for journey in (reader, subscriber, staff)]
                verdict.measured(f"{size}: reader, subscriber, staff, {sum(seen)} screens")
            seen = [walk(reader, site, size, dark=True) for size in SIZES]
            verdict.measured(f"reader in the dark, {sum(seen)} screens")
            without_script(site)
            verdict.measured("staff without JavaScript")
    verdict.measured("axe clean, nothing wider than its screen, no console errors")


class Site:
    """The demo, with its sign-in and its mails."""

    def __init__(self, product: Product, mails: SmtpSink, printed: str) -> None:
        self.url, self.mails, self.manage = product.url, mails, product.manage
        sign_in = re.search(r"(\S+@example\.com)\s+(\S+)", printed)
        outage = re.search(r"The Mailstore outage\s+(\S+)", printed)
        if not sign_in or not outage:
            raise RuntimeError(f"no sign-in or address in: {printed}")
        self.email, self.password = sign_in[1], sign_in[2]
        self.outage = outage[1]

    def mail_to(self, address: str, what: str) -> str:
        """Return the text of a mail to somebody that holds `what`."""

        def found() -> list[str]:
            mails = [mail for mail in self.mails.mails if mail["To"] and address in mail["To"]]
            bodies = [mail.get_body(("plain",)) for mail in mails]
            texts = [body.get_content() for body in bodies if body is not None]
            return [text for text in texts if what in text]

        return until(found, 30, f"a mail to {address} with {what}", pause=0.2)[-1]


def walk(
    journey: Callable[[Eyes, Site], None], site: Site, size: str, *, dark: bool = False
) -> int:
    """Go one journey at one size; returns how many screens were looked at."""
    with chromium(size, dark=dark) as context:
        eyes = Eyes(context, f"{size}-dark" if dark else size)
        journey(eyes, site)
        return eyes.screens


def reader(eyes: Eyes, site: Site) -> None:
    """Somebody in an outage: the page, the story, the postmortem, the history."""
    eyes.go(site.url, "status")
    eyes.expect("Read the Mailstore outage")
    eyes.go(site.outage, "incident")
    eyes.expect("19 h 27 min")
    eyes.click("link", "The Mailstore outage of 13 December", "postmortem")
    eyes.go(f"{site.url}/history/", "history")
    eyes.go(f"{site.url}/no-such-place/", "missing")


def subscriber(eyes: Eyes, site: Site) -> None:
    """Somebody who asks to be told, confirms, and leaves again."""
    address = f"reader-{next(_numbers)}@example.org"
    eyes.go(f"{site.url}/subscribe/", "subscribe")
    eyes.page.get_by_label("Your e-mail address").fill(address)
    eyes.click("button", "Subscribe", "subscribed")
    confirm = re.search(r"http\S+/subscriptions/confirm/\S+", site.mail_to(address, "/confirm/"))
    eyes.go(confirm[0] if confirm else "", "confirm")
    eyes.follow(eyes.page.locator("main form button").first, "confirmed")
    eyes.click("link", "Change or leave", "manage")
    eyes.click("button", "Leave", "leave")
    if eyes.page.locator("main form button").count():
        eyes.follow(eyes.page.locator("main form button").first, "left")


def staff(eyes: Eyes, site: Site) -> None:
    """Somebody on call: opens, updates and resolves an incident, and looks around."""
    sign_in(eyes, site)
    eyes.look("console-now")
    eyes.click("link", "Open an incident", "console-open")
    title = f"Sign-in is slow ({eyes.size})"
    _fill_in_the_incident(eyes, title)
    eyes.click("button", "Publish", "console-incident")
    eyes.expect(title)
    eyes.page.get_by_label("Update", exact=True).fill("**Found it**: a full disk.")
    eyes.click("button", "Post update", "console-updated")
    eyes.click("link", "Resolve", "console-resolve")
    eyes.page.get_by_label("What readers should know").fill("The disk was replaced.")
    eyes.follow(eyes.page.locator("main form button").first, "console-resolved")
    for screen in ("deliveries", "maintenance", "postmortems", "components", "settings", "journal"):
        eyes.go(f"{site.url}/console/{_slug(eyes)}/{screen}/", f"console-{screen}")


def sign_in(eyes: Eyes, site: Site) -> None:
    """Go to the console as the demo's owner."""
    eyes.go(f"{site.url}/console/", "sign-in")
    eyes.page.get_by_label("E-mail address").fill(site.email)
    eyes.page.get_by_label("Password").fill(site.password)
    eyes.click("button", "Sign in")


def _fill_in_the_incident(eyes: Eyes, title: str) -> None:
    shown = eyes.page.locator("main form .form > *").filter(has=eyes.page.locator("label, legend"))
    fields = [each for each in shown.all() if each.is_visible()]
    more = eyes.page.locator("main form details.more").count()
    if len(fields) - more > MOST_FIELDS:
        raise RuntimeError(f"a first update takes {len(fields) - more} fields, not {MOST_FIELDS}")
    eyes.page.get_by_label("Title").fill(title)
    eyes.page.get_by_label("First update").fill(
        "Signing in takes a minute. We are looking into it."
    )


def without_script(site: Site) -> None:
    """The main job with JavaScript off."""
    with chromium("390x844", script=False) as context:
        page = context.new_page()
        page.goto(f"{site.url}/console/")
        page.get_by_label("E-mail address").fill(site.email)
        page.get_by_label("Password").fill(site.password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Open an incident").first.click()
        page.get_by_label("Title").fill("Opened without a script")
        page.get_by_label("First update").fill("A plain form is enough.")
        page.get_by_role("button", name="Publish").click()
        page.get_by_label("Update", exact=True).fill("And so is a plain update.")
        page.get_by_role("button", name="Post update").click()
        page.locator("p", has_text="And so is a plain update.").first.wait_for()


def _slug(eyes: Eyes) -> str:
    return eyes.page.url.split("/console/")[1].split("/")[0]
