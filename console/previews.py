"""How a draft will read in the chats and networks that a page is connected to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.http import QueryDict
from django.utils import translation

from console.forms.fields import MOST_MINUTES
from incidents.core import checks
from incidents.core.clocks import moment
from incidents.core.levels import Level
from incidents.core.lifecycles import Status
from incidents.models import Incident, Page
from notifications.bulletins import Bulletin, Change
from notifications.channels import Preview, ShortChannel, channels
from notifications.models import Subscription
from people.fields import Sealed

# As long as the links will be, which are not known before the words are said.
NO_ID_YET: Final = "xxxxxxxxxxxx"


@dataclass(frozen=True)
class Looks:
    """One channel with the text that it would post."""

    label: str
    preview: Preview


def news_of(page: Page, typed: QueryDict, *, at: datetime) -> Bulletin | None:
    """What was typed, as channels tell it; nothing before there are words."""
    return _bulletin(page, typed, at) if typed.get("body") else None


def previews(page: Page, bulletin: Bulletin) -> list[Looks]:
    """One for each channel of staff's that is connected, each text once."""
    staff = Subscription.objects.confirmed().filter(page=page, owner=Subscription.Owner.STAFF)
    shown: dict[tuple[str, str], Looks] = {}
    for connection in staff.order_by("channel", "pk"):
        channel = channels().get(connection.channel)
        if isinstance(channel, ShortChannel):
            preview = channel.preview(bulletin, _settings(connection))
            shown.setdefault((channel.name, preview.text), Looks(channel.label, preview))
    return list(shown.values())


def _settings(connection: Subscription) -> Mapping[str, str]:
    return {} if isinstance(connection.config, Sealed) else connection.settings


def _bulletin(page: Page, typed: QueryDict, at: datetime) -> Bulletin:
    incident = page.incidents.filter(public_id=typed.get("incident", "")).first()
    with translation.override(page.language):
        return Bulletin(
            page=page,
            title=typed.get("title") or (incident.title if incident else ""),
            label=_label(typed, incident),
            when=moment(at, page.zone),
            text=typed.get("body", ""),
            html="",
            url=_url(page, incident),
            headline=typed.get("headline", ""),
            social=typed.get("social_text", "").strip(),
            changes=_changes(page, typed),
            promise=_promise(page, typed, at),
            incident=incident,
        )


def _label(typed: QueryDict, incident: Incident | None) -> str:
    usual = incident.status if incident else Status.INVESTIGATING
    status = Status.RESOLVED if "resolved_at" in typed else typed.get("status") or usual
    return str(Status(status).label) if status in Status.values else ""


def _url(page: Page, incident: Incident | None) -> str:
    entry = incident.public_url if incident else page.url(f"incidents/{NO_ID_YET}/")
    return f"{entry}#update-{NO_ID_YET}"


def _changes(page: Page, typed: QueryDict) -> list[Change]:
    levels = {
        key.removeprefix("levels-"): level
        for key, level in typed.items()
        if key.startswith("levels-") and level in Level.values
    }
    found = page.components.filter(public_id__in=levels)
    return [Change(each.name, str(Level(levels[each.public_id]).label)) for each in found]


def _promise(page: Page, typed: QueryDict, at: datetime) -> str:
    minutes = checks.number(typed.get("next_update_due", ""))
    if minutes is None or minutes > MOST_MINUTES:
        return ""
    return moment(at + timedelta(minutes=minutes), page.zone)
