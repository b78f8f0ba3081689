"""What an incident came to in figures, each with what it means; unknown ones are left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from incidents.core import promises, silence
from incidents.core.instants import between, spell
from incidents.core.intervals import seconds
from incidents.core.levels import Level
from publishing.story.story import Story
from publishing.story.timeline import entries


@dataclass(frozen=True)
class Figure:
    """One figure, and how it is worked out."""

    name: str
    value: str
    means: str


def figures(story: Story) -> list[Figure]:
    """Return the figures of one incident."""
    return [*_times(story), *_words(story), *_kept(story)]


def together(stories: Sequence[Story]) -> list[Figure]:
    """Return what several incidents come to: overlapping trouble counts once."""
    if len(stories) < 2:
        return []
    windows = [
        stretch.window
        for story in stories
        for stretch in story.stretches
        if stretch.window.level != Level.UNDER_MAINTENANCE
    ]
    at = stories[0].at
    broken = timedelta(seconds=seconds(window.span(at) for window in windows))
    start = min(story.began for story in stories)
    ends = [story.incident.resolved_at for story in stories]
    last = max((end for end in ends if end), default=at) if all(ends) else at
    return [
        Figure(_("Incidents"), str(len(stories)), _("that this account covers")),
        Figure(
            _("Something was wrong"),
            spell(broken),
            _("the recorded impact of all of them; what overlaps counts once"),
        ),
        Figure(
            _("From first to last"),
            spell(between(start, last)),
            _("start of the first to the last end"),
        ),
    ]


def _times(story: Story) -> Iterator[Figure]:
    incident, start = story.incident, story.began
    told = entries(incident)
    spoken = told[0].said_at if told else None
    rows: list[tuple[str, datetime | None, str]] = [
        (_("Time to detect"), incident.detected_at, _("from the start until we noticed")),
        (_("Time to acknowledge"), incident.acknowledged_at, _("until somebody took it on")),
        (_("Time to the first public word"), spoken, _("until the first update stood here")),
        (_("Time to mitigate"), incident.mitigated_at, _("until the worst was over")),
        (_("Time to resolve"), incident.resolved_at, _("until it was over, as we stated it")),
    ]
    for name, at, means in rows:
        if at is not None and at >= start:
            yield Figure(name, spell(between(start, at)), means)


def _words(story: Story) -> Iterator[Figure]:
    words = [silence.Word(each.said_at, each.update.status) for each in entries(story.incident)]
    if (longest := silence.longest(words)) is not None:
        means = _("between two updates while you waited for one")
        yield Figure(_("Longest silence"), spell(longest.length), means)


def _kept(story: Story) -> Iterator[Figure]:
    tally = promises.Figures.of([each.commitment for each in story.promises], story.at)
    if tally.decided:
        value = _("%(kept)d of %(all)d") % {"kept": tally.kept, "all": tally.decided}
        means = _("kept in time, of those that came due or were taken back")
        yield Figure(_("Promises kept"), value, means)
