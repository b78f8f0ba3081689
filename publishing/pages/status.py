"""The status page: is it broken, is it my thing, since when, and when is the next word due."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import BigIntegerField, Prefetch, QuerySet

from incidents.core.levels import Level, worst
from incidents.core.lifecycles import Status
from incidents.core.viewers import PUBLIC, for_everybody, limited_to
from incidents.models import Component, ComponentGroup, Metric, Page, Postmortem
from incidents.models.compiled import Given
from incidents.models.whole import Statement
from incidents.reading import PageState
from publishing.artefact import Artefact
from publishing.drawn.bars import Bars
from publishing.formats import linked
from publishing.html import html
from publishing.pages import metrics
from publishing.sitting import state_of
from publishing.story import needs
from publishing.story.planned import soonest
from publishing.story.story import Story
from publishing.words import uptimes

POSTMORTEMS = 3
# So many can be picked from on the front page; of more, on the page for subscribing.
MOST_TO_PICK = 60
# Of more components those that are well have their ninety days on their own pages alone: a thousand
# would weigh two megabytes, on a phone, in an outage.
MOST_DRAWN = 100


@dataclass(frozen=True)
class Section:
    """Components under one heading, or under none."""

    group: ComponentGroup | None
    bars: list[Bars]

    @property
    def level(self) -> Level:
        """The worst of its components."""
        return worst(bars.level for bars in self.bars)

    @property
    def rank(self) -> str:
        """How deep the headings of its components stand."""
        return "4" if self.group else "3"


def status(page: Page, at: datetime) -> Artefact:
    """Render the front page."""
    state = state_of(page, at)
    whole = _whole(page)
    planned = [Story(entry, at) for entry in soonest(state.maintenances)]
    running = [story for story in planned if is_running(story)]
    outages = [Story(entry, at) for entry in state.worst_first]
    found = sections(state)
    return html(
        "status.html",
        whole,
        "",
        at,
        state=state,
        outages=outages,
        running=running,
        going_on=[*outages, *running],
        planned=[story for story in planned if not is_running(story)],
        pinned=[Story(entry, at) for entry in state.announcements if entry.pinned],
        announcements=[Story(entry, at) for entry in state.announcements if not entry.pinned],
        recent=[Story(entry, at) for entry in state.recent],
        sections=found,
        left_out=left_out(page, found),
        components=state.components if len(state.components) <= MOST_TO_PICK else [],
        postmortems=whole.newest_postmortems,
        metrics=metrics.of_page(page, whole.shown_metrics, at),
        linked=linked.of_site(page),
    )


def sections(state: PageState) -> list[Section]:
    """The components that are shown: those without a group first, then group by group."""
    levels = state.levels
    shown = [each for each in state.components if is_shown(each, levels[each.pk])]
    few = len(shown) <= MOST_DRAWN
    bars = [
        Bars(
            each,
            state.uptime,
            ill_needs=tuple(needs.ill(each.needed, levels)),
            is_drawn=each.showcase and (few or levels[each.pk] != Level.OPERATIONAL),
        )
        for each in shown
    ]
    members: dict[ComponentGroup | None, list[Bars]] = {None: []}
    members |= {group: [] for group in state.groups}
    for bar in bars:
        members[bar.component.group].append(bar)
    return [Section(group, found) for group, found in members.items() if found]


def left_out(page: Page, found: list[Section]) -> list[uptimes.Excluded]:
    """Which harm is left out of the figures, and why; only where some figure leaves any out."""
    drawn = (bars for section in found for bars in section.bars if bars.is_drawn)
    return uptimes.excluded(page) if any(bars.counted.tally.excluded for bars in drawn) else []


def is_shown(component: Component, level: Level) -> bool:
    """A component may ask to be shown only while something is wrong with it."""
    return not (component.only_show_if_degraded and level == Level.OPERATIONAL)


def is_running(story: Story) -> bool:
    """Whether planned work is under way now."""
    return story.incident.status in {Status.IN_PROGRESS, Status.VERIFYING}


def _whole(page: Page) -> Any:
    """The page with its look, and with what stands there beside the state of things."""
    (found,) = _beside().read(page=page.pk)
    told: Any = found
    if limited_to() is not None:
        told.newest_postmortems = list(_newest(page.postmortems.visible_to(PUBLIC)))
    return found


@cache
@for_everybody
def _beside() -> Statement[Page]:
    # Whoever may read the page may read what is published on it.
    newest = _newest(Postmortem.objects.published())
    return Statement(
        Page.objects.filter(pk=Given("page", BigIntegerField())),
        "theme",
        Prefetch("postmortems", newest, to_attr="newest_postmortems"),
        Prefetch("metrics", Metric.objects.shown(), to_attr="shown_metrics"),
    )


def _newest(postmortems: QuerySet[Postmortem]) -> QuerySet[Postmortem]:
    return postmortems.order_by("-published_at")[:POSTMORTEMS]
