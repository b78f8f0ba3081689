"""One mail of every kind that there is, in every language, about titles that nobody wishes for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from incidents.core.languages import SPOKEN
from incidents.core.levels import Level
from incidents.models import (
    ActionItem,
    Commitment,
    Component,
    Incident,
    Maintenance,
    Note,
    Page,
    Postmortem,
    ReaderMessage,
    Reminder,
    Update,
)
from notifications import digests, rounds
from notifications.mail.wordings import Wording
from notifications.models import Delivery, MailText, Subscription
from people.actors import Actor
from tests.sinks.smtp import SmtpSink

HOUR: Final = timedelta(hours=1)
# One reader for each language.
READERS: Final = {f"ada.{language}@example.com": language for language in SPOKEN}
# The page's clock shows another minute.
ZONE: Final = "Asia/Kathmandu"
OWN: Final = Wording("", "Bonjour {page} 🚨", "Example Ltd, https://example.com/imprint?a=1&b=2")
# What no form takes any more may stand in an old record.
HOSTILE: Final = (
    "Mail cannot be read",
    "Störung: 郵便 🚨 «Почта» " * 8,
    "x" * 255,
    "تعذّرت القراءة \u202egnp.exe\u202c \u2066and\u2069",
    "One\r\nBcc: everybody@example.com\r\n\r\n<html>",
    "One\u2028Two\u0085Three\x0bFour",
    '"Quoted" <eve@example.com>, bob@example.com; =?utf-8?q?=0D=0ABcc:_x?=',
    "{{7*7}} {page} ${x} <%= 7*7 %> <script>alert(1)</script>",
)
HUGE: Final = "郵便が届きません。<b>&amp;\n.\n.\r\nFrom here\n" * 250


@dataclass
class Mailbag:
    """A page and its readers; each verb's mails go out as it is done."""

    page: Page
    by: Actor
    at: datetime

    def fill(self, smtp: SmtpSink) -> list[bytes]:
        """Do all that is told, and return what was on the wire."""
        self._settle_in()
        for title in HOSTILE:
            self._incident(title)
        self._work(HOSTILE[1])
        self._afterwards(HOSTILE[1])
        self._personal(HOSTILE[6])
        self._own_webhook()
        self._daily()
        self._monthly()
        return smtp.raw

    def _settle_in(self) -> None:
        self.page.change(on_call_email="oncall@example.com", **self._doing())
        self._speak(self.page.language)
        self._sign_up()
        for found in Subscription.objects.all():
            Subscription.confirm(found.token("confirm"), self.at)
            language = READERS[found.destination]
            Subscription.objects.filter(pk=found.pk).update(language=language, time_zone=ZONE)
            MailText.write(self.page, kind="every", language=language, wording=OWN, **self._doing())
        self._sign_up()
        for reader in self._in_turn():
            Delivery.test(self.page, channel="email", destination=reader, lane="mail", at=self.at)
            self._go()

    def _sign_up(self, **wanted: Any) -> None:
        for reader, language in READERS.items():
            picked = language if language != self.page.language else ""
            Subscription.ask(self.page, destination=reader, language=picked, at=self.at, **wanted)
        self._go()

    def _in_turn(self) -> Iterator[str]:
        """Each reader, while the page is in the same language: of what is in the page's own."""
        before = self.page.language
        for reader, language in READERS.items():
            self._speak(language)
            yield reader
        self._speak(before)

    def _speak(self, language: str) -> None:
        others = [each for each in SPOKEN if each != language]
        self.page.change(language=language, languages=others, **self._doing())

    def _incident(self, title: str) -> None:
        broken = Component.add(self.page, f"Store {self.at:%H%M}", **self._doing())
        levels = {broken: Level.MAJOR_OUTAGE}
        opened = Incident.open(
            self.page, title="Mail", body="Wir *prüfen* es.", levels=levels, **self._doing()
        )
        Incident.objects.filter(pk=opened.pk).update(title=title)
        self._go()
        opened.refresh_from_db()
        due = self.at + 2 * HOUR
        wrong = Update.post(
            opened, body=HUGE, status="identified", next_update_due=due, **self._doing()
        )
        Note.add(opened, "advice", "Wait & see", **self._doing())
        Note.add(opened, "not_affected", "Calendars", **self._doing())
        self._go()
        Update.post(
            opened, body="It was not that.", corrects=wrong, next_update_unknown="we wait",
            **self._doing(),
        )  # fmt: skip
        self._go()
        opened.resolve(body="Over.", **self._doing())
        self._go()

    def _work(self, title: str) -> None:
        hit = Component.add(self.page, "Disks", **self._doing())
        work = Maintenance.schedule(
            self.page, title="Disks", body="New disks.", start=self.at + 30 * HOUR,
            end=self.at + 31 * HOUR, components=[hit], max_minutes=30, reminders=[1440],
            **self._doing(),
        )  # fmt: skip
        Incident.objects.filter(pk=work.pk).update(title=title)
        self._go()
        self.at += 7 * HOUR
        Reminder.send_due(at=self.at)
        self._go()
        self.at += 24 * HOUR
        Maintenance.run_edges(at=self.at)
        self._go()

    def _afterwards(self, title: str) -> None:
        about = list(self.page.incidents.order_by("pk")[:1])
        postmortem = Postmortem.draft(self.page, title="Why", incidents=about, **self._doing())
        Postmortem.objects.filter(pk=postmortem.pk).update(title=title)
        postmortem.refresh_from_db()
        postmortem.write_section("summary", "A *disk* failed.", **self._doing())
        action = ActionItem.add(postmortem, "Buy disks", **self._doing())
        postmortem.publish(**self._doing())
        self._go()
        postmortem.write_section("summary", "A *controller* failed.", **self._doing())
        postmortem.amend("We found more.", notify=True, **self._doing())
        self._go()
        action.report("done", text="Bought.", notify=True, **self._doing())
        self._go()
        component = self.page.components.get(name="Disks")
        component.set_level("partial_outage", **self._doing())
        self._go()

    def _personal(self, title: str) -> None:
        opened = Incident.open(self.page, title="Mail", body="We look.", **self._doing())
        Incident.objects.filter(pk=opened.pk).update(title=title)
        opened.refresh_from_db()
        for reader in self._in_turn():
            asked = ReaderMessage.receive(
                opened, kind="question", text="Is it <lost>?\n-- \nAda", contact=reader, at=self.at
            )
            asked.answer_as_note("No, **nothing** is.", headline="Is mail lost?", **self._doing())
            self._go()
        due = self.at + HOUR
        Commitment.promise(opened, "fix", due=due, **self._doing())
        for each in self._readers():
            each.rotate(self.at)
        self._sign_up(incident=opened)
        self.at = due - timedelta(minutes=5)
        Commitment.warn(at=self.at)
        self._go()

    def _own_webhook(self) -> None:
        """Each reader's, which the reader is told is left alone."""
        for each in self.page.incidents.filter(resolved_at=None, kind="incident"):
            each.resolve(body="Over.", **self._doing())
        for reader in self._in_turn():
            dead = f"http://127.0.0.1:9/{self.page.language}"
            Subscription.ask(
                self.page, channel="webhook", destination=dead, contact=reader, at=self.at
            )
            self._go()
            asked = Subscription.objects.filter(channel="webhook").latest("pk")
            Subscription.confirm(asked.token("confirm"), self.at)
            asked.quarantine(self.at, HOSTILE[6])
            self._go()

    def _daily(self) -> None:
        """One mail a day about all of it, and none about what was taken back."""
        for reader in self._readers():
            reader.arrange(at=self.at, time_zone=ZONE, digest_hour=8)
        for title in HOSTILE * 3:
            self._told_daily(title)
        self._go()
        self._next_morning()
        self._go()
        wrong = self._told_daily("Mail")
        self._go()
        self._next_morning()
        digests.enqueue(self.at)
        wrong.withdraw("Wrong page.", **self._doing())
        self._go()

    def _monthly(self) -> None:
        """One mail about a month, with trouble in it."""
        for reader in self._readers():
            reader.arrange(at=self.at, time_zone=ZONE, monthly_report=True)
        (due,) = {each.report_due_at for each in self._readers()}
        self.at = due or self.at
        self._go()

    def _told_daily(self, title: str) -> Incident:
        opened = Incident.open(self.page, title="Mail", body=HUGE, **self._doing())
        Incident.objects.filter(pk=opened.pk).update(title=title)
        return opened

    def _next_morning(self) -> None:
        (due,) = {each.digest_due_at for each in self._readers()}
        self.at = (due or self.at) + timedelta(minutes=1)

    def _readers(self) -> list[Subscription]:
        return list(Subscription.objects.filter(channel="email", incident=None))

    def _go(self) -> None:
        rounds.run_all(self.at)
        self.at += timedelta(minutes=1)

    def _doing(self) -> dict[str, Any]:
        return {"by": self.by, "at": self.at}
