"""Further steps of stories: planned work, and the account afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass

from incidents.models import Announcement, Cohort, Maintenance, Postmortem
from statuspage.demo.scene import Scene
from statuspage.demo.steps import INCIDENT, Step


@dataclass(frozen=True, kw_only=True)
class Plan(Step):
    """Work is planned for a time."""

    title: str
    body: str
    start: str
    end: str
    components: Sequence[str] = ()
    max_minutes: int | None = None
    ends_by_itself: bool = True
    reminders: Sequence[int] = ()

    def play(self, scene: Scene) -> None:
        scene.things[self.on] = Maintenance.schedule(
            scene.page,
            title=self.title,
            body=scene.words(self.body),
            start=scene.clock(self.start),
            end=scene.clock(self.end),
            components=[scene.component(name) for name in self.components],
            max_minutes=self.max_minutes,
            ends_by_itself=self.ends_by_itself,
            reminders=self.reminders,
            notify=scene.notify,
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class Announce(Step):
    """Work is announced, without dates yet."""

    title: str
    body: str
    components: Sequence[str] = ()
    max_minutes: int | None = None
    audience: str = ""
    follows_up: str = ""

    def play(self, scene: Scene) -> None:
        scene.things[self.on] = Maintenance.announce(
            scene.page,
            title=self.title,
            body=scene.words(self.body),
            components=[scene.component(name) for name in self.components],
            max_minutes=self.max_minutes,
            audience=scene.get(self.audience, Cohort) if self.audience else None,
            follows_up=scene.incident(self.follows_up) if self.follows_up else None,
            notify=scene.notify,
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class Recommend(Step):
    """The front page points to something worth reading."""

    title: str
    body: str
    to: str = INCIDENT

    def play(self, scene: Scene) -> None:
        address = scene.page.path(scene.incident(self.to).public_path)
        scene.things[self.on] = Announcement.publish(
            scene.page,
            title=self.title,
            body=scene.words(self.body).replace("ADDRESS", address),
            notify=scene.notify,
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class CallOff(Step):
    """Planned work is cancelled because an incident overtook it."""

    body: str
    overtaken_by: str = INCIDENT

    def play(self, scene: Scene) -> None:
        scene.get(self.on, Maintenance).cancel(
            body=scene.words(self.body),
            overtaken_by=scene.incident(self.overtaken_by),
            notify=scene.notify,
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section of a postmortem, with an author and a date of its own if it has them."""

    kind: str
    body: str
    author: str = ""
    dated: str = ""


@dataclass(frozen=True, kw_only=True)
class Account(Step):
    """A postmortem over one or several incidents is written and published."""

    title: str
    signatories: str
    sections: Sequence[Section]
    over: Sequence[str] = (INCIDENT,)
    instants: Sequence[Step] = ()
    interim: bool = False
    key: str = "postmortem"

    def play(self, scene: Scene) -> None:
        postmortem = Postmortem.draft(
            scene.page,
            title=self.title,
            incidents=[scene.incident(key) for key in self.over],
            interim=self.interim,
            signatories=self.signatories,
            **scene.pen(self.at),
        )
        for section in self.sections:
            self._write(scene, postmortem, section)
        scene.things[self.key] = postmortem
        for instant in self.instants:
            instant.play(scene)
        postmortem.publish(notify=scene.notify, **scene.pen(self.at))

    def _write(self, scene: Scene, postmortem: Postmortem, section: Section) -> None:
        postmortem.write_section(
            section.kind,
            scene.words(section.body),
            author=section.author,
            dated_at=scene.moment(section.dated),
            **scene.pen(self.at),
        )
