"""What can happen in a story: each step names its time and calls one verb of the record."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from incidents.models import Commitment, Incident, IncidentLink, Update
from statuspage.demo.scene import Scene

INCIDENT: Final = "incident"


@dataclass(frozen=True, kw_only=True)
class Step(ABC):
    """One step; `at` is when it was written down, `on` the entry that it concerns."""

    at: str
    on: str = INCIDENT

    @abstractmethod
    def play(self, scene: Scene) -> None:
        """Let it happen."""


Story = Sequence[Step]


@dataclass(frozen=True, kw_only=True)
class Open(Step):
    """An incident is opened with its first update."""

    title: str
    body: str
    headline: str = ""
    status: str = "investigating"
    levels: Mapping[str, str] = field(default_factory=dict)
    started: str = ""
    signature: str = ""
    key: str = "first"

    def play(self, scene: Scene) -> None:
        incident = Incident.open(
            scene.page,
            title=self.title,
            body=scene.words(self.body),
            headline=self.headline,
            status=self.status,
            levels=scene.levels(self.levels),
            started_at=scene.moment(self.started),
            signature=self.signature,
            external_id=scene.external_id(self.on),
            notify=scene.notify,
            **scene.pen(self.at),
        )
        scene.things[self.on] = incident
        scene.things[self.key] = incident.updates.get()


@dataclass(frozen=True, kw_only=True)
class Post(Step):
    """An update is posted."""

    body: str
    headline: str = ""
    status: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)
    happened: str = ""
    corrects: str = ""
    next_update: str = ""
    next_unknown: str = ""
    signature: str = ""
    key: str = "update"

    def play(self, scene: Scene) -> None:
        scene.things[self.key] = Update.post(
            scene.incident(self.on),
            body=scene.words(self.body),
            headline=self.headline,
            status=self.status or None,
            levels=scene.levels(self.levels),
            happened_at=scene.moment(self.happened),
            corrects=scene.get(self.corrects, Update) if self.corrects else None,
            next_update_due=scene.moment(self.next_update),
            next_update_unknown=self.next_unknown,
            signature=self.signature,
            notify=scene.notify,
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class Resolve(Step):
    """The incident is over, as of a stated time."""

    body: str
    headline: str = ""
    resolved: str = ""
    signature: str = ""
    still_owed: Sequence[str] = ()

    def play(self, scene: Scene) -> None:
        scene.incident(self.on).resolve(
            body=scene.words(self.body),
            headline=self.headline,
            resolved_at=scene.moment(self.resolved),
            signature=self.signature,
            still_owed=[scene.get(promise, Commitment) for promise in self.still_owed],
            notify=scene.notify,
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class Cause(Step):
    """How sure we are of a cause."""

    state: str
    cause: str
    category: str = "hardware"

    def play(self, scene: Scene) -> None:
        scene.incident(self.on).judge_cause(
            self.state, cause=self.cause, category=self.category, **scene.pen(self.at)
        )


@dataclass(frozen=True, kw_only=True)
class Summary(Step):
    """The standing summary is set, with a stamp of its own."""

    text: str

    def play(self, scene: Scene) -> None:
        scene.incident(self.on).summarise(scene.words(self.text), **scene.pen(self.at))


@dataclass(frozen=True, kw_only=True)
class Origin(Step):
    """Where an imported account comes from, and what in it is assumed."""

    note: str

    def play(self, scene: Scene) -> None:
        scene.incident(self.on).state_origin(scene.words(self.note), **scene.pen(self.at))


@dataclass(frozen=True, kw_only=True)
class Tie(Step):
    """Two entries are linked."""

    to: str
    kind: str

    def play(self, scene: Scene) -> None:
        source, target = scene.incident(self.on), scene.incident(self.to)
        IncidentLink.tie(source, target, self.kind, **scene.pen(self.at))
