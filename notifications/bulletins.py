"""What a broadcast has to say, ready for any channel to put into its own form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from incidents.core.clocks import moment
from incidents.core.levels import Level
from incidents.core.links import absolute_html, absolute_markdown
from incidents.core.markup import plain
from incidents.models import (
    ActionProgress,
    Commitment,
    CommitmentKind,
    Incident,
    NoteKind,
    NoteState,
    Page,
    Postmortem,
    Reminder,
    Update,
    UpdateLevel,
)
from notifications import planned, standing
from notifications.earlier import Past, said, told_before, told_so_far
from notifications.kinds import Kind, label_of
from notifications.mail.wordings import PLAIN, Wording
from notifications.models import Broadcast, Delivery, MailKind, MailText


@dataclass(frozen=True)
class Change:
    """A component's new level, in words."""

    component: str
    level: str


@dataclass(frozen=True)
class Corrected:
    """The update that this one puts right."""

    when: str
    url: str


@dataclass(frozen=True)
class Bulletin:
    """One piece of news: words, state, links; `social` is staff's own short text, if any."""

    page: Page
    title: str
    label: str
    when: str
    text: str
    html: str
    url: str
    headline: str = ""
    social: str = ""
    changes: Sequence[Change] = ()
    promise: str = ""
    unknown_because: str = ""
    corrects: Corrected | None = None
    earlier: Sequence[Past] = ()
    incident: Incident | None = None
    facts: Sequence[str] = ()
    not_affected: Sequence[str] = ()
    advice: Sequence[str] = ()
    own: Wording = PLAIN
    language: str = ""

    @classmethod
    def of(cls, broadcast: Broadcast, language: str = "", time_zone: str = "") -> "Bulletin":
        """Reads what the broadcast's event is about, as it stands now: redacted words stay gone.

        It speaks that language, as far as staff wrote in it, and says times by the clock of that
        zone; the page's own where none is given.
        """
        page, language = broadcast.page, language or broadcast.page.language
        with translation.override(language):
            found = _of(broadcast, ZoneInfo(time_zone or page.time_zone))
        kind = MailKind.of(broadcast.kind)
        own = MailText.wording_for(page, kind, language, title=found.title)
        return _from_afar(replace(found, own=own, language=language))

    @property
    def spoken(self) -> str:
        """What it speaks."""
        return self.language or self.page.language

    @property
    def words(self) -> str:
        """The text without signs of Markdown, in which only staff's own words are written."""
        return plain(self.text) if self.html else self.text

    @property
    def subject(self) -> str:
        """The same for every update of an incident, so that mail programs keep them together."""
        return self.own.subject(self.page.name, self.title)


class Bulletins:
    """Those of a batch, each read once for all who share it."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, str, str], Bulletin] = {}

    def of(self, delivery: Delivery) -> Bulletin | None:
        """What a delivery says in its reader's language; None where that is no news."""
        if (told := delivery.broadcast) is None:
            return None
        reader = delivery.subscription
        spoken = (reader.language, reader.time_zone) if reader else ("", "")
        key = (told.pk, *spoken)
        if key not in self._read:
            self._read[key] = Bulletin.of(told, *spoken)
        return self._read[key]


def _from_afar(found: Bulletin) -> Bulletin:
    """Where it is read, no page is around: what staff linked to by a path is named in full."""
    return replace(
        found,
        text=absolute_markdown(found.text, found.url),
        html=absolute_html(found.html, found.url),
    )


def _of(broadcast: Broadcast, zone: ZoneInfo) -> Bulletin:
    subject = broadcast.event.object()
    if isinstance(subject, Update):
        return _of_update(broadcast, subject, zone)
    if isinstance(subject, Postmortem):
        return _of_postmortem(broadcast, subject, zone)
    if isinstance(subject, ActionProgress):
        return _of_progress(broadcast, subject, zone)
    if isinstance(subject, Reminder):
        return _of_reminder(broadcast, subject, zone)
    return _of_anything(broadcast, str(subject), zone)


def _of_update(broadcast: Broadcast, update: Update, zone: ZoneInfo) -> Bulletin:
    incident, page = update.incident, broadcast.page
    gone = ""
    if update.redacted_at:
        gone = _("This update was redacted: %s") % update.redaction_reason
    promised, words = _promise(update), said(update, page)
    levels = list(update.levels.select_related("component"))
    changed = {level.component_id for level in levels}
    return Bulletin(
        page=page,
        title=incident.title,
        label=_called(broadcast, update),
        when=moment(update.shown_at, zone),
        text=gone or words.body,
        html="" if gone else words.html,
        url=update.public_url,
        headline=words.headline,
        social=update.social_text,
        changes=[_change(level) for level in levels],
        promise=moment(promised.due, zone) if promised and promised.due else "",
        unknown_because=promised.unknown_because if promised else "",
        corrects=_corrected(update, zone),
        earlier=told_before(update, zone),
        incident=incident,
        facts=[*planned.facts(incident, zone), *standing.facts(incident, zone, changed)],
        **_standing(incident),
    )


def _of_reminder(broadcast: Broadcast, reminder: Reminder, zone: ZoneInfo) -> Bulletin:
    incident, page = reminder.window.maintenance, broadcast.page
    return Bulletin(
        page=page,
        title=incident.title,
        label=_("Reminder"),
        when=moment(broadcast.event.at, zone),
        text=planned.reminding(reminder, broadcast.event.at),
        html="",
        url=incident.public_url,
        earlier=told_so_far(incident, zone),
        incident=incident,
        facts=planned.facts(incident, zone),
    )


def _of_postmortem(broadcast: Broadcast, postmortem: Postmortem, zone: ZoneInfo) -> Bulletin:
    page, newest = broadcast.page, postmortem.newest
    if newest is None:
        return _of_anything(broadcast, postmortem.title, zone)
    edition = newest.edition
    section = next(iter(edition.sections), None)
    amended = broadcast.event.kind == "postmortem.amended"
    return Bulletin(
        page=page,
        title=edition.title,
        label=_account(interim=edition.interim, amended=amended),
        when=moment(broadcast.event.at, zone),
        text=newest.change_note if amended else section.body if section else edition.title,
        html="" if amended or section is None else section.html,
        url=page.url(newest.public_path) if amended else postmortem.public_url,
    )


def _account(*, interim: bool, amended: bool) -> str:
    if interim:
        return _("Interim postmortem, amended") if amended else _("Interim postmortem")
    return _("Postmortem, amended") if amended else _("Postmortem")


def _of_progress(broadcast: Broadcast, progress: ActionProgress, zone: ZoneInfo) -> Bulletin:
    page, action = broadcast.page, progress.action
    return Bulletin(
        page=page,
        title=action.postmortem.edition["title"],
        label=f"{action.title}: {progress.get_state_display()}",
        when=moment(progress.at, zone),
        text=progress.text or action.title,
        html="",
        url=f"{action.postmortem.public_url}#action-{action.public_id}",
    )


def _of_anything(broadcast: Broadcast, title: str, zone: ZoneInfo) -> Bulletin:
    page = broadcast.page
    level = broadcast.event.after.get("level", "")
    words = f"{title}: {_level(level)}" if level in Level.values else title
    return Bulletin(
        page=page,
        title=title,
        label=str(Kind(broadcast.kind).label),
        when=moment(broadcast.event.at, zone),
        text=words,
        html="",
        url=page.url(),
    )


def _standing(incident: Incident) -> dict[str, Any]:
    """What is not affected and what readers can do, in short, as it holds now."""
    notes = incident.notes.filter(kind__in=[NoteKind.NOT_AFFECTED, NoteKind.ADVICE])
    lines = notes.exclude(state=NoteState.WITHDRAWN).values_list("kind", "headline")
    return {
        "not_affected": [line for kind, line in lines if kind == NoteKind.NOT_AFFECTED],
        "advice": [line for kind, line in lines if kind == NoteKind.ADVICE],
    }


def _change(level: UpdateLevel) -> Change:
    return Change(level.component.name, _level(level.held_level or level.new_level))


def _promise(update: Update) -> Commitment | None:
    made = Commitment.objects.filter(made_in=update, kind=CommitmentKind.NEXT_UPDATE)
    return made.first()


def _corrected(update: Update, zone: ZoneInfo) -> Corrected | None:
    wrong = update.corrects
    return Corrected(moment(wrong.shown_at, zone), wrong.public_url) if wrong else None


def _called(broadcast: Broadcast, update: Update) -> str:
    """The status, or what this very update says that it turned out to be, or that it is back."""
    back = broadcast.event.kind == "incident.reopened"
    return label_of(broadcast.event.kind) if back else update.get_status_display()


def _level(level: str) -> str:
    return str(Level(level).label)
