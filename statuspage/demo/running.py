"""Further steps of planned work: it begins, it ends, it comes back."""

from collections.abc import Sequence
from dataclasses import dataclass

from incidents.models import Maintenance, Recurrence
from statuspage.demo.scene import Scene
from statuspage.demo.steps import Step


@dataclass(frozen=True, kw_only=True)
class Begin(Step):
    """Planned work begins."""

    body: str

    def play(self, scene: Scene) -> None:
        work = scene.get(self.on, Maintenance)
        work.start(body=scene.words(self.body), notify=scene.notify, **scene.pen(self.at))


@dataclass(frozen=True, kw_only=True)
class Finish(Step):
    """Planned work is done, perhaps later than was said."""

    body: str

    def play(self, scene: Scene) -> None:
        work = scene.get(self.on, Maintenance)
        work.complete(body=scene.words(self.body), notify=scene.notify, **scene.pen(self.at))


@dataclass(frozen=True, kw_only=True)
class ComeBack(Step):
    """Planned work comes back by a rule, on the page's own clock."""

    title: str
    body: str
    rule: str
    first: str
    minutes: int
    components: Sequence[str] = ()
    reminders: Sequence[int] = ()

    def play(self, scene: Scene) -> None:
        scene.things[self.on] = Recurrence.set_up(
            scene.page,
            title=self.title,
            body=scene.words(self.body),
            rule=self.rule,
            first_start=scene.clock(self.first),
            minutes=self.minutes,
            components=[scene.component(name) for name in self.components],
            reminders=self.reminders,
            notify=scene.notify,
            **scene.pen(self.at),
        )
