"""What happened when, over all incidents of a postmortem: read from the record, never copied."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from incidents.core import clocks
from incidents.core.editions import InstantSaid
from incidents.core.impacts import Precision
from incidents.core.lifecycles import OVER
from incidents.core.markup import excerpt
from incidents.models import Incident, Update
from publishing.story.overview import Stretch
from publishing.story.promises import Promise
from publishing.story.story import Story
from publishing.story.timeline import Entry, entries
from publishing.words import phrases

LONGEST = 120


@dataclass(frozen=True)
class Moment:
    """One line: when, what, and where it is told."""

    at: datetime
    what: str
    origin: datetime
    incident: Incident | None = None
    path: str = ""
    about: bool = False
    silent: bool = False

    @property
    def offset(self) -> str:
        """How long after the beginning."""
        return phrases.offset(self.at, self.origin)


def chronicle(stories: Sequence[Story], added: Iterable[InstantSaid]) -> list[Moment]:
    """Return every line in order of time; what was added by hand stands among the rest."""
    origin = beginning(stories)
    if origin is None:
        return []
    found = [Moment(each.at, each.text, origin, about=each.about) for each in added]
    for story in stories:
        found += _of_story(story, origin)
    return sorted(found, key=lambda moment: moment.at)


def beginning(stories: Sequence[Story]) -> datetime | None:
    """The instant from which all of them count."""
    return min((story.origin for story in stories), default=None)


def _of_story(story: Story, origin: datetime) -> Iterator[Moment]:
    incident = story.incident
    for stretch in story.stretches:
        yield from _of_window(stretch, incident, origin)
    yield from _of_dates(incident, origin)
    for milestone in story.milestones:
        note = milestone.note
        if note.happened_at is not None:
            about = note.precision == Precision.ABOUT
            yield Moment(note.happened_at, note.headline, origin, incident, about=about)
    told = entries(incident)
    reopened = {after.update.pk for before, after in pairwise(told) if _reopens(before, after)}
    for entry in told:
        words = _words(entry.update)
        what = _("Reopened: %s") % words if entry.update.pk in reopened else words
        yield Moment(entry.said_at, what, origin, incident, _anchor(entry.update))
    for silence in story.silences:
        what = _("%s without a word") % silence.length
        yield Moment(silence.start, what, origin, incident, silent=True)
    for promise in story.promises:
        yield from _of_promise(promise, origin)


def _of_window(stretch: Stretch, incident: Incident, origin: datetime) -> Iterator[Moment]:
    window = stretch.window
    name = window.component.name + (f" ({window.cohort.name})" if window.cohort else "")
    level = phrases.inline(window.get_level_display())
    begins = _("%(component)s: %(level)s begins") % {"component": name, "level": level}
    hurt = f"{begins} ({stretch.amount})" if stretch.amount else begins
    yield Moment(window.start, hurt, origin, incident, about=stretch.about)
    if window.end is not None:
        ends = _("%(component)s: %(level)s ends") % {"component": name, "level": level}
        yield Moment(window.end, ends, origin, incident, about=stretch.about)


def _of_dates(incident: Incident, origin: datetime) -> Iterator[Moment]:
    dated = {
        _("We notice"): incident.detected_at,
        _("Somebody takes it on"): incident.acknowledged_at,
        _("The worst is over"): incident.mitigated_at,
    }
    for what, at in dated.items():
        if at is not None:
            yield Moment(at, what, origin, incident)


def _of_promise(promise: Promise, origin: datetime) -> Iterator[Moment]:
    made = promise.commitment
    incident, what = made.incident, made.text or made.get_kind_display()
    zone = made.page.zone if incident is None else incident.page.zone
    due = clocks.moment(made.due, zone) if made.due else made.unknown_because
    said = _("Promised: %(what)s, by %(due)s") if made.due else _("Promised: %(what)s (%(due)s)")
    told = {"what": what, "due": due}
    yield Moment(made.made_at, said % told, origin, incident, _anchor(made.made_in))
    if made.met_at and made.met_at <= promise.at:
        kept = _("Kept %(late)s late: %(what)s") if promise.was_late else _("Kept: %(what)s")
        words = kept % {"what": what, "late": promise.lateness}
        yield Moment(made.met_at, words, origin, incident, _anchor(made.met_in))
    elif made.due and (promise.is_late or promise.lapsed):
        yield Moment(made.due, _("Not kept by now: %s") % what, origin, incident)
    if made.withdrawn_at and made.withdrawn_at <= promise.at:
        yield Moment(made.withdrawn_at, _("Taken back: %s") % what, origin, incident)


def _reopens(before: Entry, after: Entry) -> bool:
    return before.update.status in OVER and after.update.status not in OVER


def _words(update: Update) -> str:
    if update.redacted_at:
        return _("An update that was removed")
    words = update.headline or excerpt(update.body)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


def _anchor(update: Update | None) -> str:
    return f"{update.incident.public_path}#{update.anchor}" if update else ""
