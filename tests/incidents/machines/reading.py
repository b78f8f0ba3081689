"""What has to hold after every step: record, page, JSON and uptime say what the model says."""

import json
from datetime import date, datetime

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from incidents.core.calendar import DAY, day_of
from incidents.derived import difference
from incidents.models import Component
from incidents.uptime import UptimeRecord, between
from publishing.drawn.bars import Bars
from publishing.rendering import render
from tests.incidents.machines.model import LEVELS, MINUTE
from tests.incidents.machines.stage import Stage

PERIODS = st.tuples(st.integers(-60 * 60, 60), st.integers(0, 60 * 60))


class Reading(Stage):
    """Readers of everything, after every step."""

    read_at: tuple[int, datetime] | None = None

    def windows_are_the_models(self) -> None:
        """Each window is what the model has, the replaced ones too."""
        keys = {incident.pk: key for key, incident in enumerate(self.known)}
        numbers = {each.pk: number for number, each in enumerate(self.components)}
        rows = self.page.windows.order_by("pk").values_list(
            "component_id", "incident_id", "level", "kind", "start", "end", "superseded_at"
        )
        found = [
            (numbers[one], keys.get(two or 0), level, kind, start, end, replaced is not None)
            for one, two, level, kind, start, end, replaced in rows
        ]
        assert found == [
            (s.component, s.entry, s.level, s.kind, s.start, s.end, s.replaced)
            for s in self.model.stretches
        ]

    @invariant()
    def what_is_read_is_the_models(self) -> None:
        """Read again whenever the record or the clock moved; else nothing can have changed."""
        self.page.refresh_from_db()
        if self.read_at != (self.page.version, self.now):
            self.windows_are_the_models()
            self.kept_days_are_what_windows_say()
            self.levels_and_roll_up_agree()
            self.machines_read_the_same()
            self.people_read_the_same()
            self.read_at = (self.page.version, self.now)

    def levels_and_roll_up_agree(self) -> None:
        """Each component is at the worst of what holds, and the page sums that up."""
        found = Component.objects.filter(page=self.page).with_levels(self.now).order_by("pk")
        expected = [self.model.level(number) for number in self.model.components]
        assert [each.level for each in found] == expected

    def machines_read_the_same(self) -> None:
        """Statuspage's summary tells components, incidents and their impact."""
        told = json.loads(self._read("api/v2/summary.json"))
        levels = [self.model.level(number) for number in self.model.components]
        assert [each["status"] for each in told["components"]] == levels
        assert told["status"]["description"] == self.model.roll_up()
        found = {(each["name"], each["status"], each["impact"]) for each in told["incidents"]}
        assert found == {
            (self.known[key].title, self.model.entries[key].status, self.model.impact(key))
            for key in self.model.incidents
            if self.model.entries[key].is_public and not self.model.entries[key].is_over
        }
        planned = {each["name"] for each in told["scheduled_maintenances"]}
        assert planned == {
            self.known[key].title
            for key in self.model.works
            if self.model.entries[key].is_public
            and self.model.entries[key].status in {"scheduled", "in_progress"}
        }

    def people_read_the_same(self) -> None:
        """The page says it in words, names what goes on, and nothing that is not public."""
        text = self._read("")
        assert f">{self.model.headline()}</h1>" in text
        # The words of a duplicate name what it was merged into, whatever became of that.
        named = {entry.leads_to for entry in self.model.entries}
        for key, entry in enumerate(self.model.entries):
            if not entry.is_public and key not in named:
                assert self.known[key].title not in text
            if entry.is_public and not entry.is_over:
                assert self.known[key].title in text

    def kept_days_are_what_windows_say(self) -> None:
        """What is derived from the record is never behind it."""
        assert not difference(self.page).days

    @rule(period=PERIODS)
    def any_period_adds_up(self, period: tuple[int, int]) -> None:
        """Uptime of a stretch of days, minute by minute, and of ninety calendar days."""
        self._count("any_period_adds_up")
        start = self.now + period[0] * MINUTE
        end = min(start + period[1] * MINUTE, self.now)
        found = between(self.page, self.components, start, end)
        for number, component in enumerate(self.components):
            share = self.model.uptime(number, start, end, self.excluded)
            assert found[component.pk].share == share
        self.the_bars_add_up()

    def the_bars_add_up(self) -> None:
        """Ninety calendar days of the page's zone, of 23, 24 or 25 hours."""
        first = day_of(self.now, self.page.zone) - 89 * DAY
        record = UptimeRecord.of(self.page, first, self.now)
        for number, component in enumerate(self.components):
            troubled = Bars(component, record).troubled
            found = {day.on: (day.level, day.tally.trouble) for day in troubled}
            assert found == self._days(number)

    def _days(self, component: int) -> dict[date, tuple[str, int]]:
        """The worst of each calendar day, and its seconds that were not well."""
        days: dict[date, tuple[str, int]] = {}
        for minute, level in self.model.ill(component, self.now - 89 * DAY, self.now).items():
            on = minute.astimezone(self.page.zone).date()
            worst, seconds = days.get(on, ("operational", 0))
            days[on] = (max(worst, level, key=LEVELS.index), seconds + 60)
        return days

    def _read(self, path: str) -> str:
        return render(self.page, path, self.now).body.decode()
