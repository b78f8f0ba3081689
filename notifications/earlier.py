"""What was said of an incident before, repeated in each mail for whoever missed it."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from incidents.core.clocks import moment
from incidents.core.links import absolute_markdown
from incidents.core.markup import plain
from incidents.models import Incident, Page, Update, UpdateText

MOST: Final = 3


@dataclass(frozen=True)
class Past:
    """An earlier update; its text has no signs of Markdown any more."""

    when: str
    label: str
    text: str
    headline: str = ""


def told_before(update: Update, zone: ZoneInfo) -> list[Past]:
    """What was said before an update, the newest first."""
    before = update.incident.updates.filter(number__lt=update.number)
    return _newest(before, zone)


def told_so_far(incident: Incident, zone: ZoneInfo) -> list[Past]:
    """What was said of an incident until now, the newest first."""
    return _newest(incident.updates.all(), zone)


def said(update: Update, page: Page) -> Update | UpdateText:
    """The words in the language that is spoken now where somebody wrote them, or the page's own."""
    language = translation.get_language()
    other = update.texts.filter(language=language).first() if language != page.language else None
    return other or update


def _newest(updates: QuerySet[Update], zone: ZoneInfo) -> list[Past]:
    standing = updates.filter(redacted_at=None).order_by("-number")
    return [_past(each, zone) for each in standing[:MOST]]


def _past(update: Update, zone: ZoneInfo) -> Past:
    incident, label = update.incident, update.get_status_display()
    if update.corrected_by.exists():
        label = _("%s, corrected since") % label
    words = said(update, incident.page)
    text = plain(absolute_markdown(words.body, incident.public_url))
    return Past(moment(update.shown_at, zone), label, text, words.headline)
