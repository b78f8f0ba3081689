"""Real things behind every address of the console, so that a refusal is about permission alone."""

from datetime import timedelta
from typing import Any

from django.urls import reverse

from credits.models import CreditRun, SlaPolicy
from customers.models import Account
from incidents.core.roles import Role
from incidents.models import (
    ActionItem,
    Announcement,
    Cohort,
    Commitment,
    Component,
    Draft,
    Incident,
    IncidentTemplate,
    Maintenance,
    Membership,
    Metric,
    Note,
    Page,
    Postmortem,
    ReaderMessage,
    Recurrence,
    TimelineEntry,
)
from notifications.models import Broadcast, Subscription, Suppression
from people.models import ApiToken, User
from publishing.models import AccessGroup, Attachment
from tests.publishing.themes.pictures import drawn

PLANNED = (
    "set_dates", "start_maintenance", "complete_maintenance", "cancel_maintenance", "end_window",
    "add_window", "reschedule", "extend_maintenance",
)  # fmt: skip
ANNOUNCED = ("end_announcement", "place_announcement")
X_KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")

type Ids = dict[str, str]


class Doors:
    """Says where a route leads to, with the ids of things that there are."""

    def __init__(self, page: Page, incident: Incident, component: Component, **doing: Any) -> None:
        self.page, self.incident, self.doing, self.at = page, incident, doing, doing["at"]
        self.ids: Ids = {"slug": page.slug, "incident_id": incident.public_id, "kind": "summary"}
        self.ids |= {"component_id": component.public_id, "channel": "webhook", "language": "de"}
        self.ids |= {"mail_kind": "every", "tongue": "any", "path": "history/"}
        self.ids |= {"purpose": Attachment.put(page, "logo", drawn(), **doing).purpose}
        self.ids |= self._told() | self._afterwards() | self._money() | self._kept()
        self.numbers: dict[str, int] = self._going_out()
        self.planned, self.announced = self._planned(), self._announced()

    def address(self, name: str, path: str) -> str:
        """Return the address of a route."""
        known: dict[str, Any] = dict(self.ids)
        if name in PLANNED:
            known["incident_id"] = self.planned
        if name in ANNOUNCED:
            known["incident_id"] = self.announced
        known["number"] = next((pk for part, pk in self.numbers.items() if part in path), 0)
        needed = {key: value for key, value in known.items() if f":{key}>" in path}
        return reverse(f"console:{name}", kwargs=needed)

    def member(self, user: User) -> None:
        """Somebody works on the page, and has a token."""
        member = Membership.grant(page=self.page, user=user, role=Role.VIEWER, **self.doing)
        token, _plain = ApiToken.issue(owner=user, name="t", scopes=["read"], at=self.at)
        self.numbers |= {"members": member.pk, "tokens": token.pk}

    def _told(self) -> Ids:
        incident, doing = self.incident, self.doing
        asked = ReaderMessage.receive(incident, kind="question", text="Why?", at=self.at)
        promise = Commitment.promise(incident, "fix", unknown_because="We look.", **doing)
        return {
            "update_id": incident.updates.get().public_id,
            "note_id": Note.add(incident, "advice", "Wait", **doing).public_id,
            "message_id": asked.public_id,
            "window_id": incident.windows.get().public_id,
            "cohort_id": Cohort.name_one(incident, "Some", **doing).public_id,
            "promise_id": promise.public_id,
        }

    def _afterwards(self) -> Ids:
        doing = self.doing
        postmortem = Postmortem.draft(self.page, title="Why", incidents=[self.incident], **doing)
        postmortem.write_section("summary", "A disk.", **doing)
        postmortem.submit(**doing)
        rang = TimelineEntry.add(postmortem, "It rang", happened_at=self.at, **doing)
        return {
            "postmortem_id": postmortem.public_id,
            "action_id": ActionItem.add(postmortem, "Buy disks", **doing).public_id,
            "instant_id": rang.public_id,
        }

    def _money(self) -> Ids:
        page, doing = self.page, self.doing
        policy = SlaPolicy.write(page, "Six", {"kind": "flat_months", "months": 6}, **doing)
        run = CreditRun.draft(page, policy, "2026-01", incidents=[self.incident], **doing)
        account = Account.add(page, external_id="a-1", name="Example Ltd", **doing)
        return {"run_id": run.public_id, "account_id": account.public_id}

    def _kept(self) -> Ids:
        page, doing = self.page, self.doing
        page.change(languages=["de"], **doing)
        ready = IncidentTemplate.write(page, name="Ready", kind="update", body="We look.", **doing)
        return {
            "suppression_id": Suppression.add_by_hand(
                page, "bob@example.com", reason="Asked", **doing
            ).public_id,
            "metric_id": Metric.add(page, "Delay", **doing).public_id,
            "group_id": AccessGroup.add(
                page, "Partners", [*page.components.all()], networks=[], **doing
            ).public_id,
            "draft_id": Draft.keep(page, "announcement", {"title": "Soon"}, **doing).public_id,
            "template_id": ready.public_id,
        }

    def _going_out(self) -> dict[str, int]:
        page, doing = self.page, self.doing
        address = "https://1.1.1.1/status"
        hook = Subscription.connect(page, channel="webhook", destination=address, **doing)
        mail = page.kept_mails.create(
            kept_at=self.at, sender="a@b.c", recipient="d@e.f", subject="Hi"
        )
        opened = Broadcast.open_due(self.at)
        numbers = {"deliveries": opened[0].pk, "mails": mail.pk, "connections": hook.pk}
        return numbers | {"subscribers": hook.pk}

    def _planned(self) -> str:
        page, soon = self.page, self.at + timedelta(days=1)
        dates = {"start": soon, "end": soon + timedelta(hours=1)}
        work = Maintenance.schedule(page, title="Work", body="Soon.", **dates, **self.doing)
        weekly = Recurrence.set_up(
            page, title="Patches", body="Soon.", rule="FREQ=WEEKLY;COUNT=2", first_start=soon,
            minutes=30, **self.doing,
        )  # fmt: skip
        self.ids |= {"other_id": work.public_id, "recurrence_id": weekly.public_id}
        self.numbers["windows"] = work.scheduled_windows.get().pk
        return str(work.public_id)

    def _announced(self) -> str:
        said = Announcement.publish(self.page, title="Hello", body="All well.", **self.doing)
        return str(said.public_id)
