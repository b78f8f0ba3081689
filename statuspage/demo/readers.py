"""Further steps of stories: advice taken back, progress of work, and what readers write."""

from dataclasses import dataclass

from incidents.models import MessageKind, Note, ReaderMessage, Update
from statuspage.demo.scene import Scene
from statuspage.demo.steps import Step


@dataclass(frozen=True, kw_only=True)
class Withdraw(Step):
    """Advice is taken back in an update that was posted."""

    note: str
    told_in: str

    def play(self, scene: Scene) -> None:
        told_in = scene.get(self.told_in, Update)
        scene.get(self.note, Note).withdraw(told_in=told_in, **scene.pen(self.at))


@dataclass(frozen=True, kw_only=True)
class Report(Step):
    """Work has come so far, at a stated time."""

    note: str
    percent: int
    text: str = ""
    happened: str = ""

    def play(self, scene: Scene) -> None:
        scene.get(self.note, Note).progress(
            self.percent,
            text=self.text,
            happened_at=scene.moment(self.happened),
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class Ask(Step):
    """A reader asks, or reports to be still affected."""

    text: str
    kind: MessageKind = MessageKind.QUESTION
    component: str = ""
    key: str = "asked"

    def play(self, scene: Scene) -> None:
        scene.things[self.key] = ReaderMessage.receive(
            scene.incident(self.on),
            kind=self.kind,
            text=scene.words(self.text),
            component=scene.component(self.component) if self.component else None,
            at=scene.clock(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class Answer(Step):
    """What a reader wrote is answered for all to read, or by an answer that stands."""

    asked: str
    headline: str = ""
    answer: str = ""
    note: str = ""
    key: str = "answered"

    def play(self, scene: Scene) -> None:
        scene.things[self.key] = scene.get(self.asked, ReaderMessage).answer_as_note(
            scene.words(self.answer),
            headline=self.headline,
            note=scene.get(self.note, Note) if self.note else None,
            **scene.pen(self.at),
        )
