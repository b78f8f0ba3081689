"""The fictional mail company: its page and what can break there."""

from datetime import datetime
from typing import Any, Final

from incidents.models import Component, ComponentGroup, Page
from people.actors import Actor
from statuspage.demo.clocks import calendar

FOUNDED: Final = calendar("26 Nov 09:00")

MAILSTORE: Final = "Mailstore"
FIREWALL: Final = "Mail firewall"
FEED: Final = "Activity feed"

GROUPS: Final[dict[str, dict[str, str]]] = {
    "Stored mail": {
        MAILSTORE: "Keeps mail, and gives access to it by IMAP, by POP and in webmail",
    },
    "Mail in transit": {
        FIREWALL: "Takes mail in from other servers",
        "Spam processing": "Sorts out what nobody asked for",
        "Forwarding": "Passes mail on to another address",
        "SMTP sending": "Sends mail that is written with us",
    },
    "For developers": {
        "API": "Sends and looks up messages",
        "Delivery": "Hands messages to the receiving servers",
        FEED: "Shows in the web front end what became of each message",
    },
    "Web": {
        "Web site": "Sign-up, account page and help",
    },
}


def found(*, name: str, slug: str, by: Actor, at: datetime, **rest: Any) -> Page:
    """Found a page of the company, with all its components."""
    page = Page.found(
        name=name,
        slug=slug,
        time_zone="America/New_York",
        sender_name=name,
        sender_email="status@example.com",
        on_call_email="oncall@example.com",
        support_url="https://help.example.com/contact/",
        by=by,
        at=at,
        **rest,
    )
    for heading, components in GROUPS.items():
        _add(page, heading, components, by, at)
    return page


def _add(page: Page, heading: str, components: dict[str, str], by: Actor, at: datetime) -> None:
    group = ComponentGroup.add(page, heading, by=by, at=at)
    for name, description in components.items():
        Component.add(page, name, group=group, description=description, by=by, at=at)
