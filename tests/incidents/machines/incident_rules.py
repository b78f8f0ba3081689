"""What staff do to incidents."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from incidents.models import Incident, Update
from tests.incidents.machines import clocks
from tests.incidents.machines.model import LIVE
from tests.incidents.machines.stage import BY, LEVELS_SAID, NUMBERS, Stage, some

DUE = st.none() | st.sampled_from([-5, 30, 600]).map(lambda minutes: timedelta(minutes=minutes))
STATUSES = st.none() | st.sampled_from([*LIVE, "resolved"])


class IncidentRules(Stage):
    """Open, post, resolve, reopen, withdraw."""

    @rule(
        status=st.sampled_from(LIVE),
        said=LEVELS_SAID,
        age=clocks.AGES,
        due=DUE,
        rehearsal=st.sampled_from([False, False, False, True]),
        impact=st.sampled_from(["", "", "critical", "none"]),
    )
    def open(
        self,
        status: str,
        said: dict[int, str],
        age: timedelta,
        due: timedelta | None,
        rehearsal: bool,
        impact: str,
    ) -> None:
        """Somebody opens an incident, rehearsed or real."""
        levels, started = self.levels(said), self.now - age
        until = None if due is None else self.now + due

        def act() -> None:
            self.known.append(
                Incident.open(
                    self.page,
                    title=f"Trouble-{len(self.known)}-end",
                    body="Words.",
                    status=status,
                    levels=self.real(levels),
                    started_at=started,
                    next_update_due=until,
                    rehearsal=rehearsal,
                    impact_override=impact,
                    by=BY,
                    at=self.now,
                )
            )

        self.both("open", act, lambda model: model.open(
            status=status, levels=levels, started=started, due=until, rehearsal=rehearsal,
            impact=impact,
        ))  # fmt: skip

    @some("incidents")
    @rule(
        pick=NUMBERS, stale=st.booleans(), status=STATUSES, said=LEVELS_SAID,
        age=clocks.STATED, due=DUE,
    )  # fmt: skip
    def post(
        self,
        pick: int,
        stale: bool,
        status: str | None,
        said: dict[int, str],
        age: timedelta | None,
        due: timedelta | None,
    ) -> None:
        """Somebody posts, perhaps from a screen that is behind."""
        key, levels, happened = self.incident(pick), self.levels(said), self.ago(age)
        until = None if due is None else self.now + due
        self.both(
            "post",
            lambda: Update.post(
                self.fetch(key, stale=stale), body="Words.", status=status, levels=self.real(levels),
                happened_at=happened, next_update_due=until, by=BY, at=self.now,
            ),
            lambda model: model.post(
                key, status=status, levels=levels, happened=happened, due=until
            ),
        )  # fmt: skip

    @some("incidents")
    @rule(pick=NUMBERS, stale=st.booleans(), age=clocks.STATED)
    def resolve(self, pick: int, stale: bool, age: timedelta | None) -> None:
        """Somebody says that it is over, perhaps since a while."""
        key, resolved = self.incident(pick), self.ago(age)
        self.both(
            "resolve",
            lambda: self.fetch(key, stale=stale).resolve(
                body="Over.", resolved_at=resolved, by=BY, at=self.now
            ),
            lambda model: model.resolve(key, resolved=resolved),
        )

    @some("incidents")
    @rule(pick=NUMBERS, stale=st.booleans(), said=LEVELS_SAID, due=DUE)
    def reopen(self, pick: int, stale: bool, said: dict[int, str], due: timedelta | None) -> None:
        """Somebody takes a resolution back."""
        key, levels = self.incident(pick), self.levels(said)
        until = None if due is None else self.now + due
        self.both(
            "reopen",
            lambda: self.fetch(key, stale=stale).reopen(
                body="Not over.", levels=self.real(levels), next_update_due=until,
                by=BY, at=self.now,
            ),
            lambda model: model.reopen(key, levels=levels, due=until),
        )  # fmt: skip

    @some("entries")
    @rule(pick=NUMBERS, stale=st.booleans(), really=st.sampled_from([True, False, False]))
    def withdraw(self, pick: int, stale: bool, really: bool) -> None:
        """Somebody takes back what never was; now and then only, or little would be left."""
        if really:
            key = pick % len(self.known)
            self.both(
                "withdraw",
                lambda: self.fetch(key, stale=stale).withdraw("It never was.", by=BY, at=self.now),
                lambda model: model.withdraw(key),
            )
