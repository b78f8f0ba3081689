"""Further steps of stories: promises, and notes beside the timeline."""

from dataclasses import dataclass
from typing import Any

from incidents.models import Commitment, CommitmentKind, Note, Precision, Update
from statuspage.demo.scene import Scene
from statuspage.demo.steps import Step


@dataclass(frozen=True, kw_only=True)
class Promise(Step):
    """Something is promised in public."""

    kind: CommitmentKind
    text: str
    due: str = ""
    because: str = ""
    made_in: str = ""
    key: str = "promise"

    def play(self, scene: Scene) -> None:
        scene.things[self.key] = Commitment.promise(
            scene.incident(self.on),
            self.kind,
            text=self.text,
            due=scene.moment(self.due),
            unknown_because=self.because,
            made_in=scene.get(self.made_in, Update) if self.made_in else None,
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class Meet(Step):
    """A promise is kept."""

    promise: str

    def play(self, scene: Scene) -> None:
        scene.get(self.promise, Commitment).meet(**scene.pen(self.at))


@dataclass(frozen=True, kw_only=True)
class Remark(Step):
    """Something is noted beside the timeline."""

    kind: str
    headline: str
    body: str = ""
    answer: str = ""
    happened: str = ""
    about: bool = False
    state: str = ""
    key: str = "note"

    def play(self, scene: Scene) -> None:
        scene.things[self.key] = Note.add(
            scene.incident(self.on),
            self.kind,
            self.headline,
            body=scene.words(self.body),
            answer=scene.words(self.answer),
            happened_at=scene.moment(self.happened),
            precision=Precision.ABOUT if self.about else Precision.EXACT,
            state=self.state,
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class Change(Step):
    """A note changes: its state, its headline or its words."""

    note: str
    state: str = ""
    body: str = ""
    answer: str = ""

    def play(self, scene: Scene) -> None:
        given = {"body": scene.words(self.body), "answer": scene.words(self.answer)}
        changes = {"state": self.state} | given
        kept: dict[str, Any] = {name: value for name, value in changes.items() if value}
        scene.get(self.note, Note).change(**scene.pen(self.at), **kept)
