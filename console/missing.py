"""What is still missing before a page can serve in earnest."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from console.links import to
from incidents.models import Page
from notifications.mail.keeping import keeps
from notifications.models import Delivery


class Step(NamedTuple):
    """One thing to do, and where."""

    done: bool
    what: str
    why: str
    where: str


def missing(page: Page) -> list[Step]:
    """Every step with whether it is done; nothing once all are."""
    steps = [
        _components(page),
        _sender(page),
        _mail(page),
        _test(page),
        _address(page),
        _crew(page),
        _on_call(page),
    ]
    return [] if all(step.done for step in steps) else steps


def _components(page: Page) -> Step:
    what, why = _("Name the components"), _("Readers look for the part that they use.")
    return Step(page.components.exists(), what, why, to("components", page))


def _sender(page: Page) -> Step:
    what, why = _("Set the sender"), _("Mails need an address that readers recognise.")
    return Step(bool(page.sender_email), what, why, to("settings", page))


def _mail(page: Page) -> Step:
    what = _("Send mail in earnest")
    why = _("Mails are kept here instead of sent until EMAIL_URL names a server.")
    return Step(not keeps(), what, why, to("kept_mails", page))


def _test(page: Page) -> Step:
    tested = Delivery.objects.filter(page=page, stream="test", state="sent").exists()
    what, why = _("Send a test mail"), _("So that the first outage is not the test.")
    return Step(tested, what, why, to("test_mail", page))


def _address(page: Page) -> Step:
    what, why = _("Serve under https"), _("Set SITE_URL to the address that readers use.")
    return Step(page.site.startswith("https:"), what, why, page.url())


def _crew(page: Page) -> Step:
    what, why = _("Add a second person"), _("Credits need two pairs of eyes; nights do, too.")
    return Step(page.memberships.count() > 1, what, why, to("members", page))


def _on_call(page: Page) -> Step:
    what = _("Name who is on call")
    why = _("Somebody is warned before a promise falls due, and in silence.")
    return Step(bool(page.on_call_email), what, why, to("settings", page))
