"""Something that happened: opened, told about, ended, and put right where it was wrong."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from incidents.core import checks, markup, milestones
from incidents.core.instants import require_aware
from incidents.core.levels import Impact, Level, impact_of
from incidents.core.lifecycles import CauseState, Status, check_step
from incidents.core.promises import CommitmentKind
from incidents.models.guarding import guarded, refuse_unread
from incidents.models.picking import IncidentQuerySet
from incidents.models.site.page import Page
from incidents.models.story import silent
from incidents.models.story.beginning import before, current
from incidents.models.story.cause import CauseJudgement
from incidents.models.story.commitment import Commitment
from incidents.models.story.ending import Ending
from incidents.models.story.entry import Entry, Levels
from incidents.models.story.keeping import owe_again
from incidents.models.story.routes import Routes
from incidents.models.story.update import Update, Wording
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.site.component import Component

__all__ = ["Incident", "IncidentQuerySet", "Levels"]


class Incident(Entry):
    """One entry of the record with its verbs; `core.lifecycles` says what may follow what."""

    objects = IncidentQuerySet.as_manager()

    class Meta(Entry.Meta):
        abstract = False

    @classmethod
    def open(
        cls,
        page: Page,
        *,
        title: str,
        body: str,
        by: Actor,
        at: datetime,
        status: str = Status.INVESTIGATING,
        levels: Levels | None = None,
        started_at: datetime | None = None,
        next_update_due: datetime | None = None,
        notify: bool = True,
        rehearsal: bool = False,
        external_id: str = "",
        impact_override: str = "",
        metadata: dict[str, Any] | None = None,
        **wording: Any,
    ) -> "Incident":
        """Open an incident with its first update; impact windows begin at `started_at`.

        `wording`: headline, social_text, signature. Raises ValidationError on "title", "body",
        "status", "started_at", "levels", "next_update_due", "external_id" or "impact_override".
        """
        words = Wording.of(body=body, **wording)
        title = checks.line(title, field="title")
        external_id = checks.line(external_id, field="external_id", limit=120, required=False)
        status = checks.choice(
            status, ["investigating", "identified", "monitoring"], field="status"
        )
        if impact_override:
            checks.choice(impact_override, Impact.values, field="impact_override")
        started = _past(started_at or at, at, "started_at")
        with page.writing(by=by, at=at) as journal:
            _check_unused(page, external_id)
            incident = Incident.objects.create(
                page=page,
                title=title,
                status=status,
                started_at=started,
                published_at=at,
                created_at=at,
                updated_at=at,
                rehearsal=rehearsal,
                external_id=external_id,
                impact_override=impact_override,
                metadata=metadata or {},
                monitoring_at=at if status == Status.MONITORING else None,
            )
            update = Update.append(
                journal, incident, words, status=status, levels=levels or {}, moment=started,
                next_update_due=next_update_due, notify=notify,
            )  # fmt: skip
            incident.tell(journal, "incident.opened", update)
        return incident

    def resolve(
        self,
        *,
        body: str,
        by: Actor,
        at: datetime,
        resolved_at: datetime | None = None,
        still_owed: Collection[Commitment] = (),
        postmortem_due: datetime | None = None,
        notify: bool = True,
        after: int | None = None,
        **wording: Any,
    ) -> Update:
        """Say that it is over, as of a stated time: closes every window of this incident then.

        It keeps every promise of a fix and of a longest duration but those that are `still_owed`.
        `after` is the number of the newest update that was read, `postmortem_due` promises one by
        then. Raises ValidationError on "resolved_at" for a time before the start or after `at`, on
        "postmortem_due" for one that has passed, Conflict on "body".
        """
        words = Wording.of(body=body, **wording)
        end = _past(resolved_at or at, at, "resolved_at")
        if postmortem_due is not None and require_aware(postmortem_due, "postmortem_due") <= at:
            raise checks.refusal("postmortem_due", "This has passed; promise a later time.")
        with self.page.writing(by=by, at=at) as journal:
            self.refresh_for_writing()
            refuse_unread(self, after)
            self._check_not_resolved()
            check_step(self.kind, self.status, Status.RESOLVED)
            said, says = self.restate_start(before(self, end))
            levels = self._close_windows(end, at)
            self.resolved_at = end
            self.save(update_fields=["resolved_at"])
            update = Update.append(
                journal, self, words, status=Status.RESOLVED, levels=levels, moment=end,
                happened_at=resolved_at, still_owed=still_owed, notify=notify,
            )  # fmt: skip
            self.tell(journal, "incident.resolved", update, said, **says)
            if postmortem_due is not None:
                kind, due = CommitmentKind.POSTMORTEM, postmortem_due
                Commitment.promise(self, kind, due=due, made_in=update, by=by, at=at)
        return update

    def reopen(
        self,
        *,
        body: str,
        by: Actor,
        at: datetime,
        levels: Levels | None = None,
        next_update_due: datetime | None = None,
        notify: bool = True,
        **wording: Any,
    ) -> Update:
        """Take a resolution back: new windows begin now, the old resolution stays visible.

        What it had kept (a fix, a longest duration) is owed again.
        """
        words = Wording.of(body=body, **wording)
        with self.page.writing(by=by, at=at) as journal:
            self.refresh_for_writing()
            if self.status != Status.RESOLVED:
                raise checks.refusal("status", "Only what is resolved can be reopened.")
            self.status, self.resolved_at = Status.INVESTIGATING, None
            self.save(update_fields=["status", "resolved_at"])
            Ending(self).take_back(journal)
            owe_again(journal, self)
            update = Update.append(
                journal, self, words, status=Status.INVESTIGATING, levels=levels or {}, moment=at,
                next_update_due=next_update_due, notify=notify,
            )  # fmt: skip
            self.tell(journal, "incident.reopened", update)
        return update

    @classmethod
    def notice_silence(cls, *, at: datetime) -> int:
        """Write down, once a silence, that the page says nothing for longer than it allows itself.

        Returns how many.
        """
        return silent.note_all(cls.objects.all(), at)

    def call_false_alarm(self, *, body: str, by: Actor, at: datetime, **rest: Any) -> Update:
        """Say that nothing was broken: its impact is taken back, the story stays.

        `rest`: notify, headline, social_text, signature. Raises ValidationError on "body", and on
        "status" for what is no incident, or is called so already.
        """
        return Ending(self).false_alarm(body=body, by=by, at=at, **rest)

    def merge_into(
        self, other: "Incident", *, body: str, by: Actor, at: datetime, **rest: Any
    ) -> Update:
        """Say that this is the same trouble as `other`, which takes over its impact and cohorts.

        `rest`: notify, there_too (post on both), headline, social_text, signature. Raises
        ValidationError on "body", "status", "target" for a circle, or "other".
        """
        return Ending(self).merge(other, body=body, by=by, at=at, **rest)

    def close_rehearsal(self, *, by: Actor, at: datetime) -> None:
        """Put a rehearsal away. Raises ValidationError on "rehearsal" for what readers saw."""
        Ending(self).rehearsal(by=by, at=at)

    def summarise(self, text: str, *, by: Actor, at: datetime, seen: str = "") -> None:
        """Set the standing summary, which keeps its own stamp and may change after the end.

        `seen` is the fingerprint of what was read. Raises Conflict on "summary".
        """
        html = markup.render(text, field="summary") if text.strip() else ""
        with self.page.writing(by=by, at=at) as journal:
            guarded(journal, self, seen, {"summary": text})
            self._set(journal, summary=text, summary_html=html, summary_at=at)
            journal.append("incident.summarised", self, incident=self)

    def judge_cause(
        self, state: str, *, by: Actor, at: datetime, cause: str = "", category: str = ""
    ) -> None:
        """Say how sure we are of a cause: suspected, confirmed or ruled out; what was said stays.

        Raises ValidationError on "cause_state", "cause" or "category".
        """
        checks.choice(state, CauseState.values, field="cause_state")
        cause = checks.line(cause, field="cause", required=state != CauseState.UNKNOWN)
        category = checks.line(category, field="category", limit=60, required=False)
        with self.page.writing(by=by, at=at) as journal:
            self.refresh_from_db(fields=["cause", "cause_state", "cause_category"])
            if (self.cause_state, self.cause, self.cause_category) == (state, cause, category):
                return
            before = {"state": self.cause_state}
            self._set(journal, cause=cause, cause_state=state, cause_category=category)
            CauseJudgement.objects.create(
                incident=self, at=at, state=state, cause=cause, category=category, author=by.label
            )
            after = {"state": state}
            journal.append("incident.cause", self, incident=self, before=before, after=after)

    def state_origin(self, note: str, *, by: Actor, at: datetime, canonical_url: str = "") -> None:
        """Say where an imported account comes from, and what in it is assumed."""
        note = checks.line(note, field="origin_note", limit=500)
        checks.web_address(canonical_url, field="canonical_url")
        with self.page.writing(by=by, at=at) as journal:
            self._set(journal, origin_note=note, canonical_url=canonical_url)
            journal.append("incident.origin_stated", self, incident=self)

    def date_milestones(self, *, by: Actor, at: datetime, **instants: datetime | None) -> None:
        """Say when it was detected_at, acknowledged_at and mitigated_at, as far as that is known.

        Raises ValidationError on the one that is out of order, or has not come yet.
        """
        with self.page.writing(by=by, at=at) as journal:
            self.refresh_for_writing()
            self.refresh_from_db(fields=list(milestones.DATED))
            before = {name: getattr(self, name) for name in milestones.DATED}
            after = before | {name: instants[name] for name in milestones.DATED if name in instants}
            ends = {"started_at": self.started_at, "resolved_at": self.resolved_at}
            milestones.check_order(ends | after, at)
            self._set(journal, **after)
            journal.append("incident.dated", self, incident=self, before=before, after=after)

    def withdraw(self, reason: str, *, by: Actor, at: datetime) -> None:
        """Take back an incident that never was: its page becomes a tombstone, its windows end."""
        reason = checks.line(reason, field="reason", limit=500)
        with self.page.writing(by=by, at=at) as journal:
            self.refresh_for_writing()
            self._set(journal, withdrawn_at=at, withdrawal_reason=reason)
            self.windows.filter(superseded_at=None).update(superseded_at=at)
            journal.append("incident.withdrawn", self, incident=self)

    def state_credit(self, snapshot: dict[str, Any], *, by: Actor, at: datetime) -> None:
        """Show what the accounts were given; a finished snapshot, pushed down from credits."""
        with self.page.writing(by=by, at=at) as journal:
            self._set(journal, credit_statement=snapshot)
            journal.append("incident.credit_stated", self, incident=self, after=snapshot)

    @property
    def routes(self) -> Routes:
        """The ways of telling that it has hit itself."""
        return Routes(self)

    @property
    def impact(self) -> Impact:
        """The override, or what the worst window says; reads windows that were prefetched."""
        if self.impact_override:
            return Impact(self.impact_override)
        if self.is_maintenance:
            return Impact.MAINTENANCE
        return impact_of(window.page_level for window in current(self))

    def _check_not_resolved(self) -> None:
        # A request sent twice must not tell everybody twice, nor move the stated end.
        if self.status == Status.RESOLVED:
            raise checks.refusal("status", "This is resolved already; post on it, or reopen it.")

    def _close_windows(self, end: datetime, at: datetime) -> dict["Component", str]:
        windows = self.windows.filter(end=None, superseded_at=None).select_related("component")
        levels: dict[Component, str] = {}
        for window in windows:
            window.end_at(end, at, field="resolved_at")
            levels[window.component] = Level.OPERATIONAL
        return levels

    def _set(self, journal: Any, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.updated_at = journal.at
        self.save(update_fields=[*changes, "updated_at"])


def _past(instant: datetime, at: datetime, field: str) -> datetime:
    return checks.not_in_future(require_aware(instant, field), at, field=field)


def _check_unused(page: Page, external_id: str) -> None:
    if external_id and page.incidents.filter(external_id=external_id).exists():
        raise checks.refusal("external_id", f"“{external_id}” names another incident already.")
