"""The form for whoever wants to be told, as it stands before anything is typed into it."""

from datetime import datetime
from typing import Any

from incidents.models import Page
from notifications.channels import channel_named
from publishing import choosing
from publishing.artefact import Artefact
from publishing.html import html


def subscribe(page: Page, at: datetime, *, status: int = 200, **context: Any) -> Artefact:
    """Render `/subscribe/`; with what was typed, and what is wrong with it, for one reader."""
    offered = choosing.offered(page) | {"takes_sms": channel_named("sms").public} | context
    return html("subscribe.html", page, "subscribe/", at, status=status, **offered)
