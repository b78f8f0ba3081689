"""Further steps of stories: what is done about it, and accounts that are amended."""

from collections.abc import Sequence
from dataclasses import dataclass

from incidents.models import ActionItem, ActionKind, Postmortem, TimelineEntry
from statuspage.demo.plans import Section
from statuspage.demo.scene import Scene
from statuspage.demo.steps import Step

POSTMORTEM = "postmortem"


@dataclass(frozen=True, kw_only=True)
class Act(Step):
    """Something is to be done about it; `on` names the postmortem."""

    title: str
    key: str
    on: str = POSTMORTEM
    team: str = ""
    due: str = ""
    kind: ActionKind = ActionKind.PREVENT

    def play(self, scene: Scene) -> None:
        due = scene.moment(self.due)
        scene.things[self.key] = ActionItem.add(
            scene.get(self.on, Postmortem),
            self.title,
            team=self.team,
            kind=self.kind,
            due=due.date() if due else None,
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class Report(Step):
    """An action has moved."""

    action: str
    state: str
    text: str

    def play(self, scene: Scene) -> None:
        action = scene.get(self.action, ActionItem)
        action.report(self.state, text=self.text, **scene.pen(self.at))


@dataclass(frozen=True, kw_only=True)
class Instant(Step):
    """Something is added to the timeline by hand; before the publication, or with an amendment."""

    text: str
    happened: str
    on: str = POSTMORTEM
    about: bool = False

    def play(self, scene: Scene) -> None:
        TimelineEntry.add(
            scene.get(self.on, Postmortem),
            self.text,
            happened_at=scene.clock(self.happened),
            precision="about" if self.about else "exact",
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class Dated(Step):
    """It is said when an incident was over the worst."""

    mitigated: str

    def play(self, scene: Scene) -> None:
        mitigated = scene.clock(self.mitigated)
        scene.incident(self.on).date_milestones(mitigated_at=mitigated, **scene.pen(self.at))


@dataclass(frozen=True, kw_only=True)
class Amend(Step):
    """Sections of a published account are written anew, and that is published with a note."""

    note: str
    sections: Sequence[Section]
    on: str = POSTMORTEM

    def play(self, scene: Scene) -> None:
        postmortem = scene.get(self.on, Postmortem)
        for section in self.sections:
            body = scene.words(section.body)
            postmortem.write_section(section.kind, body, **scene.pen(self.at))
        postmortem.amend(self.note, notify=scene.notify, **scene.pen(self.at))
