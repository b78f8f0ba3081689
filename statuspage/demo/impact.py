"""Further steps of stories: impact windows and cohorts."""

from dataclasses import dataclass
from typing import Final

from incidents.core.levels import Level
from incidents.models import Cohort, ImpactKind, ImpactWindow, Precision
from statuspage.demo.scene import Scene
from statuspage.demo.steps import Step

# The words of the record under short names, for stories.
DOWN: Final = Level.MAJOR_OUTAGE
PARTLY: Final = Level.PARTIAL_OUTAGE
SLOW: Final = Level.DEGRADED_PERFORMANCE
UNAVAILABLE: Final = ImpactKind.UNAVAILABLE
DEGRADED: Final = ImpactKind.DEGRADED
DATA_LOSS: Final = ImpactKind.DATA_LOSS
WRONG_DATA: Final = ImpactKind.WRONG_DATA


@dataclass(frozen=True, kw_only=True)
class Window(Step):
    """An impact window is recorded, apart from the posts."""

    component: str
    level: str
    kind: str
    start: str
    end: str = ""
    about: bool = False
    count: int | None = None
    share: int | None = None
    unit: str = ""
    note: str = ""
    cohort: str = ""
    key: str = "window"

    def play(self, scene: Scene) -> None:
        scene.things[self.key] = ImpactWindow.record(
            scene.component(self.component),
            incident=scene.incident(self.on),
            level=self.level,
            kind=self.kind,
            start=scene.clock(self.start),
            end=scene.moment(self.end),
            cohort=scene.get(self.cohort, Cohort) if self.cohort else None,
            precision=Precision.ABOUT if self.about else Precision.EXACT,
            count_affected=self.count,
            share_percent=self.share,
            count_unit=self.unit,
            note=self.note,
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class CloseWindow(Step):
    """An impact window that was recorded open ends."""

    window: str
    end: str

    def play(self, scene: Scene) -> None:
        window = scene.get(self.window, ImpactWindow)
        window.close(scene.clock(self.end), **scene.pen(self.at))


@dataclass(frozen=True, kw_only=True)
class Refine(Step):
    """A window that an update opened is known better, or worse: its row is superseded."""

    component: str
    level: str
    kind: str = ""
    about: bool = False
    share: int | None = None
    unit: str = ""
    note: str = ""
    because: str = ""

    def play(self, scene: Scene) -> None:
        windows = scene.incident(self.on).windows.filter(
            superseded_at=None, cohort=None, component__name=self.component, level=self.level
        )
        window = windows.latest("start")
        window.supersede(
            kind=self.kind or window.kind,
            precision=Precision.ABOUT if self.about else window.precision,
            share_percent=self.share,
            count_unit=self.unit,
            note=self.note,
            because=self.because,
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class NameCohort(Step):
    """A share of the accounts gets a name."""

    name: str
    key: str
    size: int | None = None
    share: int | None = None

    def play(self, scene: Scene) -> None:
        scene.things[self.key] = Cohort.name_one(
            scene.incident(self.on),
            self.name,
            size=self.size,
            share_percent=self.share,
            **scene.pen(self.at),
        )


@dataclass(frozen=True, kw_only=True)
class Progress(Step):
    """The work for a cohort has come so far."""

    cohort: str
    percent: int

    def play(self, scene: Scene) -> None:
        scene.get(self.cohort, Cohort).report(self.percent, **scene.pen(self.at))
