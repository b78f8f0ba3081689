"""The status page: is it broken, is it my thing, since when, and when is the next word due."""

from dataclasses import dataclass
from datetime import datetime

from incidents.core.levels import Level, worst
from incidents.core.lifecycles import Status
from incidents.core.viewers import PUBLIC
from incidents.models import Component, ComponentGroup, Page, Postmortem
from incidents.reading import PageState
from publishing.artefact import Artefact
from publishing.bars import Bars, by_component
from publishing.html import html
from publishing.story import Story

POSTMORTEMS = 3


@dataclass(frozen=True)
class Section:
    """Components under one heading, or under none."""

    group: ComponentGroup | None
    bars: list[Bars]

    @property
    def level(self) -> Level:
        """The worst of its components."""
        return worst(bars.component.level for bars in self.bars)


def status(page: Page, at: datetime) -> Artefact:
    """Render the front page."""
    state = PageState.of(page, at=at)
    planned = [Story(entry, at) for entry in state.maintenances]
    return html(
        "status.html",
        page,
        "",
        at,
        state=state,
        outages=[Story(entry, at) for entry in state.incidents],
        running=[story for story in planned if is_running(story)],
        planned=[story for story in planned if not is_running(story)],
        announcements=[Story(entry, at) for entry in state.announcements],
        recent=[Story(entry, at) for entry in state.recent],
        sections=sections(state),
        components=state.components,
        postmortems=postmortems(page),
    )


def sections(state: PageState) -> list[Section]:
    """The components that are shown: those without a group first, then group by group."""
    windows = by_component(state.windows)
    shown = [component for component in state.components if is_shown(component)]
    bars = [
        Bars(each, windows.get(each.pk, []), state.at, state.page.zone, state.page.uptime_weights)
        for each in shown
    ]
    groups: list[ComponentGroup | None] = [None, *state.groups]
    found = [
        Section(group, [bar for bar in bars if bar.component.group == group]) for group in groups
    ]
    return [section for section in found if section.bars]


def is_shown(component: Component) -> bool:
    """A component may ask to be shown only while something is wrong with it."""
    return not (component.only_show_if_degraded and component.level == Level.OPERATIONAL)


def is_running(story: Story) -> bool:
    """Whether planned work is under way now."""
    return story.incident.status in {Status.IN_PROGRESS, Status.VERIFYING}


def postmortems(page: Page) -> list[Postmortem]:
    """The newest published ones."""
    published = page.postmortems.visible_to(PUBLIC).select_related("page")
    return list(published.order_by("-published_at")[:POSTMORTEMS])
