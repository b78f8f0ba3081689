"""How an incident turns out to be none of its own: a false alarm, a duplicate, a rehearsal."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from incidents.core import checks, markup
from incidents.core.levels import Level
from incidents.core.lifecycles import Kind, Outcome, Status, check_step
from incidents.models.story.link import IncidentLink, LinkKind
from incidents.models.story.merging import carry_over
from incidents.models.story.update import Update, Wording
from people.actors import Actor


class Lead(NamedTuple):
    """What a merge says first, naming the other incident or not."""

    naming: Any
    unnamed: Any


FALSE_ALARM: Final = _("False alarm")
ELSEWHERE: Final = _("This is the same trouble as another incident, which holds all that it broke.")
DUPLICATE: Final = Lead(_("The same trouble as “%(title)s”"), ELSEWHERE)
LEADS_ON: Final = Lead(
    _("This is the same trouble as %(link)s, where it is told from now on."), ELSEWHERE
)
LED_HERE: Final = Lead(
    _("%(link)s is the same trouble as this."),
    _("Another incident is the same trouble as this."),
)
REHEARSED: Final = _("The rehearsal is over.")

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.story.incident import Incident


@dataclass(frozen=True)
class Ending:
    """The ends of one incident beside “resolved”; `incident` has a verb for each."""

    incident: "Incident"

    def false_alarm(
        self, *, body: str, by: Actor, at: datetime, notify: bool = True, **wording: Any
    ) -> Update:
        """Say that nothing was broken: the windows are taken back, the page keeps the story."""
        incident = self.incident
        said = self._say_in_page_language(FALSE_ALARM)
        words = Wording.of(body=_led(body, f"{said}.", unless=said), **wording)
        with incident.page.writing(by=by, at=at) as journal:
            self._refresh(Outcome.FALSE_ALARM)
            self._refuse_duplicate()
            levels = self._levels_back()
            self._end(Outcome.FALSE_ALARM, at)
            update = Update.append(
                journal, incident, words, status=Status.RESOLVED, levels=levels, moment=at,
                notify=notify, outcome=Outcome.FALSE_ALARM,
            )  # fmt: skip
            for window in incident.windows.current():
                window.retire(at, said)
            incident.tell(journal, "incident.false_alarm", update)
        return update

    def merge(
        self,
        other: "Incident",
        *,
        body: str,
        by: Actor,
        at: datetime,
        notify: bool = True,
        there_too: bool = True,
        **wording: Any,
    ) -> Update:
        """Say that it is the same trouble as `other`, which from now on holds all that it broke."""
        incident = self.incident
        because = self._leading(DUPLICATE, title=_short(other))
        here = Wording.of(body=self._pointing(LEADS_ON, other, body), **wording)
        there = Wording.of(body=self._pointing(LED_HERE, incident, body), **wording)
        with incident.page.writing(by=by, at=at) as journal:
            self._refresh(Outcome.DUPLICATE)
            self._check_mergeable(other)
            IncidentLink.ensure(journal, incident, other, LinkKind.DUPLICATE_OF)
            moved = carry_over(incident, other, because, at)
            self._end(Outcome.DUPLICATE, at)
            update = self._say(
                journal, incident, here, "merged", Status.RESOLVED, notify=notify,
                outcome=Outcome.DUPLICATE,
            )  # fmt: skip
            after = {"duplicate": incident.public_id, "windows": moved}
            journal.append("incident.absorbed", other, incident=other, after=after)
            if there_too:
                # Whoever waits for news of the other one still does.
                self._say(
                    journal, other, there, "updated", other.status, notify=notify, is_news=False
                )
        return update

    def rehearsal(self, *, by: Actor, at: datetime) -> None:
        """Put a rehearsal away: it is over, and nobody outside ever saw it."""
        if not self.incident.rehearsal:
            raise checks.refusal(
                "rehearsal", "Readers have seen this: withdraw it with a reason instead."
            )
        self.incident.withdraw(self._say_in_page_language(REHEARSED), by=by, at=at)

    def take_back(self, journal: "Journal") -> None:
        """What is reopened is no false alarm and no duplicate any more; inside that verb."""
        self.incident.outcome = ""
        self.incident.save(update_fields=["outcome"])
        for link in self.incident.links_out.filter(kind=LinkKind.DUPLICATE_OF):
            link.undo(journal)

    def _refresh(self, outcome: Outcome) -> None:
        incident = self.incident
        incident.refresh_for_writing()
        if incident.outcome == outcome:
            raise checks.refusal("status", f"This is a {outcome.label.lower()} already.")
        check_step(incident.kind, incident.status, Status.RESOLVED)

    def _refuse_duplicate(self) -> None:
        # Its harm is told, and counted, where it leads to.
        if self.incident.outcome == Outcome.DUPLICATE:
            raise checks.refusal(
                "status",
                "This is a duplicate: call the incident that it leads to a false alarm, or reopen "
                "this one first.",
            )

    def _check_mergeable(self, other: "Incident") -> None:
        incident = self.incident
        if other.page_id != incident.page_id or other.kind != Kind.INCIDENT:
            raise checks.refusal("other", "Choose an incident of this page.")
        if other.withdrawn_at is not None:
            raise checks.refusal("other", f"“{other}” was withdrawn; choose another one.")
        other.refresh_for_writing()
        if other.outcome == Outcome.DUPLICATE:
            raise checks.refusal(
                "other", f"“{other}” is itself a duplicate; choose the incident that it leads to."
            )
        if other.is_public != incident.is_public or other.rehearsal != incident.rehearsal:
            raise checks.refusal(
                "other", "One of the two is a rehearsal or not public: its impact does not count."
            )
        if not other.is_open and incident.windows.current().filter(end=None).exists():
            raise checks.refusal(
                "other", f"“{other}” is over and this goes on: reopen that one, or resolve this."
            )

    def _levels_back(self) -> dict[Any, str]:
        held = self.incident.windows.current().filter(end=None, cohort=None)
        return {each.component: Level.OPERATIONAL for each in held.select_related("component")}

    def _end(self, outcome: Outcome, at: datetime) -> None:
        incident = self.incident
        incident.outcome, incident.resolved_at = outcome, incident.resolved_at or at
        incident.save(update_fields=["outcome", "resolved_at"])

    def _say(
        self,
        journal: "Journal",
        incident: "Incident",
        words: Wording,
        event: str,
        status: str,
        **manner: Any,
    ) -> Update:
        update = Update.append(
            journal, incident, words, status=status, levels={}, moment=journal.at, **manner
        )
        incident.tell(journal, f"incident.{event}", update)
        return update

    def _pointing(self, lead: Lead, other: "Incident", body: str) -> str:
        link = f"[“{markup.literal(_short(other))}”]({other.public_url})"
        return _led(body, self._leading(lead, link=link), unless=other.public_url)

    def _leading(self, lead: Lead, **names: str) -> str:
        # Not all who are let in may know of the other one; the page leads those there who may.
        words = lead.unnamed if self.incident.page.is_private else lead.naming
        return self._say_in_page_language(words, **names)

    def _say_in_page_language(self, words: Any, **names: str) -> str:
        with translation.override(self.incident.page.language):
            return str(words) % names


def _led(body: str, lead: str, *, unless: str) -> str:
    """Staff's own words, led in so that every channel says what this turned out to be."""
    said = not body.strip() or unless.lower() in body.lower()
    return body if said else f"{lead} {body}"


def _short(incident: "Incident") -> str:
    return Truncator(incident.title).chars(120)
