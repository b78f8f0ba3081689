"""One trouble in several incidents, told on one page: how long it was in all, and what it broke."""

from dataclasses import dataclass
from datetime import datetime

from incidents.core.viewers import PUBLIC
from incidents.models import Component, Incident, Page
from incidents.models.story.link import IN_SERIES
from incidents.series import Series
from publishing.artefact import Artefact, Missing, Moved
from publishing.html import html
from publishing.story.story import Story
from publishing.words.phrases import running


@dataclass(frozen=True)
class Place:
    """One incident's place in its series, as its own page tells it."""

    series: Series
    incident: Incident

    @property
    def number(self) -> int:
        """Which one it is, from one."""
        return self.series.place_of(self.incident)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.series.members)

    @property
    def total(self) -> str:
        """`9 d 4 h`: how long anything was broken."""
        return running(self.series.total)


@dataclass(frozen=True)
class Row:
    """One incident of the series, and how long it lasted."""

    story: Story
    length: str


def series(page: Page, at: datetime, public_id: str) -> Artefact:
    """Render `/series/<id>/`; it stands at the id of its earliest incident."""
    found = page.incidents.visible_to(PUBLIC).filter(public_id=public_id).first()
    told = Series.of(found, at=at) if found else None
    if told is None:
        raise Missing
    if told.earliest.public_id != public_id:
        raise Moved(told.public_path)
    return html(
        "series.html",
        page,
        told.public_path,
        at,
        series=told,
        total=running(told.total),
        broken=broken(told),
        rows=rows(page, told, at),
    )


def place_of(incident: Incident, at: datetime) -> Place | None:
    """Where an incident stands in its series; asks nothing of what is tied to nothing."""
    ties = [*incident.links_out.all(), *incident.links_in.all()]
    if not any(link.kind in IN_SERIES for link in ties):
        return None
    told = Series.of(incident, at=at)
    return Place(told, incident) if told else None


def broken(told: Series) -> list[tuple[Component, str]]:
    """The components with how long each was broken."""
    return [(component, running(length)) for component, length in told.by_component]


def rows(page: Page, told: Series, at: datetime) -> list[Row]:
    """The incidents in order."""
    keys = [member.pk for member in told.members]
    stories = page.incidents.filter(pk__in=keys).with_story().order_by("started_at", "pk")
    return [Row(Story(each, at), running(told.length_of(each))) for each in stories]
