"""An incident or planned work as plain text, to be pasted into a ticket or a mail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.core import clocks
from incidents.core.links import absolute_markdown
from incidents.core.markup import plain
from incidents.models import Incident, Page
from publishing.artefact import TEXT, Artefact, Moved
from publishing.story.entries import entry_of
from publishing.story.overview import Stretch
from publishing.story.promises import Promise
from publishing.story.story import Story
from publishing.story.timeline import Entry, entries
from publishing.words.tongues import spoken

NEWEST: Final = 3


def of_incident(page: Page, at: datetime, public_id: str) -> Artefact:
    """Render `/incidents/<id>.txt`."""
    return _ticket(page, at, f"incidents/{public_id}", public_id)


def of_maintenance(page: Page, at: datetime, public_id: str) -> Artefact:
    """Render `/maintenance/<id>.txt`."""
    return _ticket(page, at, f"maintenance/{public_id}", public_id)


def _ticket(page: Page, at: datetime, stem: str, public_id: str) -> Artefact:
    found = entry_of(page, public_id)
    if found.public_path != f"{stem}/":
        raise Moved(f"{found.public_path.rstrip('/')}.txt")
    with spoken(page):
        if found.withdrawn_at:
            lines = [_("This was withdrawn"), found.withdrawal_reason, found.public_url]
            return _artefact(stem, lines, at, status=410)
        return _artefact(stem, list(Ticket(page, Story(found, at), at).lines()), at)


def _artefact(stem: str, lines: list[str], at: datetime, status: int = 200) -> Artefact:
    return Artefact(
        f"{stem}.txt", TEXT, "".join(f"{line}\n" for line in lines).encode(), at, status
    )


@dataclass(frozen=True)
class Ticket:
    """What somebody in support has to know, in the order in which they ask."""

    page: Page
    story: Story
    at: datetime

    @property
    def incident(self) -> Incident:
        return self.story.incident

    def lines(self) -> Iterator[str]:
        """What, since when, who is affected and who is not, what to do, when more is said."""
        yield f"{self.page.name}: {self.incident.title}"
        yield from self._state()
        yield from self._affected()
        if notes := ", ".join(note.headline for note in self.story.not_affected):
            yield _("Not affected: %(what)s") % {"what": notes}
        yield from self._advice()
        yield from self._owed(self.story.next_dates)
        if self.story.owes_words:
            yield from self._owed(self.story.next_fix)
            yield self._next_word()
        yield from self._updates()
        yield ""
        yield _("Read on: %(address)s") % {"address": self.incident.public_url}
        yield _("As of %(time)s") % {"time": self._moment(self.at)}

    def _state(self) -> Iterator[str]:
        yield _("State: %(state)s") % {"state": self.incident.status_word}
        if self.incident.is_maintenance:
            yield from self.story.plan
        elif self.incident.resolved_at:
            yield self._span(self._moment(self.incident.resolved_at))
        else:
            yield _("Since %(time)s") % {"time": self._about(self._moment(self.story.began))}

    def _span(self, end: str) -> str:
        """From when to when; what was no trouble, or none of its own, did not last."""
        start = self._about(self._moment(self.story.began))
        if self.incident.outcome:
            return _("{0} to {1}").format(start, end)
        length = self._about(self.story.length)
        words = {"start": start, "end": end, "length": length}
        return _("From %(start)s to %(end)s (%(length)s)") % words

    def _about(self, said: str) -> str:
        """What hangs on when it began may be known roughly alone."""
        return _("about {0}").format(said) if self.incident.began_about else said

    def _affected(self) -> Iterator[str]:
        if self.story.stretches:
            yield _("Affected:")
        for stretch in self.story.stretches:
            yield f"- {self._stretch(stretch)}"

    def _stretch(self, stretch: Stretch) -> str:
        window = stretch.window
        cohort = f" ({window.cohort.name})" if window.cohort else ""
        words = {
            "what": f"{window.component.name}{cohort}",
            "level": ", ".join(filter(None, [str(window.get_level_display()), stretch.amount])),
            "start": self._moment(window.start),
            "end": self._moment(window.end) if window.end else "",
        }
        if stretch.about:
            return _roughly(**words)
        if window.end:
            return _("%(what)s: %(level)s, %(start)s to %(end)s") % words
        return _("%(what)s: %(level)s since %(start)s") % words

    def _advice(self) -> Iterator[str]:
        if self.story.advice:
            yield _("What you can do:")
        for note in self.story.advice:
            yield f"- {': '.join(filter(None, [note.headline, self._flat(note.body)]))}"

    def _owed(self, promise: Promise | None) -> Iterator[str]:
        if promise is None or promise.commitment.due is None:
            return
        what = promise.commitment.text or str(promise.commitment.get_kind_display())
        due = {"due": self._moment(promise.commitment.due)}
        when = _("It was promised by %(due)s") if promise.is_late else _("Promised by %(due)s")
        late = [_("%s late") % promise.lateness] if promise.is_late else []
        yield _("{0}: {1}").format(what, _(", ").join([when % due, *late]))

    def _next_word(self) -> str:
        promise = self.story.next_word
        if promise is None:
            return _("No time was promised for the next update.")
        if promise.commitment.due is None:
            because = promise.commitment.unknown_because
            return _("When the next update comes is unknown: %(because)s") % {"because": because}
        due = {"time": self._moment(promise.commitment.due)}
        if promise.is_late:
            return _("The next update is overdue; it was promised by %(time)s.") % due
        return _("Next update by %(time)s") % due

    def _updates(self) -> Iterator[str]:
        told = entries(self.incident)[::-1]
        newest, earlier = told[:NEWEST], told[NEWEST:]
        for entry in newest:
            yield from self._entry(entry)
        if left_out := len(earlier[:-1]):
            yield ""
            yield _between(left_out)
        # The first one says what is broken.
        for entry in earlier[-1:]:
            yield from self._entry(entry)

    def _entry(self, entry: Entry) -> Iterator[str]:
        yield ""
        yield f"{self._moment(entry.said_at)}, {entry.update.get_status_display()}"
        yield from self._said(entry)

    def _said(self, entry: Entry) -> Iterator[str]:
        update = entry.update
        if update.redacted_at:
            yield _("This update was removed.") + f" {update.redaction_reason}".rstrip()
        else:
            if entry.corrects:
                then = {"then": self._moment(entry.corrects.said_at)}
                yield _("Corrects the update of %(then)s.") % then
            if update.headline:
                yield update.headline
            yield self._plain(update.body)
        for later in entry.corrections:
            then = {"then": self._moment(later.said_at)}
            yield _("Corrected by the update of %(then)s.") % then
        if entry.taken_back_by:
            then = {"then": self._moment(entry.taken_back_by.said_at)}
            yield _("Taken back: reopened %(then)s.") % then

    def _moment(self, moment: datetime) -> str:
        return clocks.moment(moment, self.page.zone)

    def _plain(self, text: str) -> str:
        return plain(absolute_markdown(text, self.incident.public_url))

    def _flat(self, text: str) -> str:
        return " ".join(self._plain(text).split())


def _between(left_out: int) -> str:
    words = ngettext(
        "%(n)d update in between is left out here.",
        "%(n)d updates in between are left out here.",
        left_out,
    )
    return words % {"n": left_out}


def _roughly(what: str, level: str, start: str, end: str) -> str:
    about = _("about {0}")
    begins, ends = about.format(start), about.format(end)
    times = _("{0} to {1}").format(begins, ends) if end else _("{0}, goes on").format(begins)
    return _("{0}: {1}").format(what, _(", ").join([level, times]))
