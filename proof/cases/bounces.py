"""A bounce that is reported before our own commit, 1,000 times: none lost, each ends as it must."""

import random
import time
from collections.abc import Callable

import requests

from proof.product import Product
from proof.verdict import Verdict
from proof.waiting import until
from tests.notifications.returned import failed
from tests.sinks.smtp import Session, SmtpSink

LOGIN = ("proof", "a-lantern-on-a-quiet-pier")
MAILBOX = "bounces@status.example.com"
# How long our own commit is kept waiting after the bounce was reported, in seconds.
LATE = 0.05
PATIENCE = 600


class EagerSession(Session):
    """Reports the bounce of a mail before it says that it has taken it."""

    def record(self, sender: str, recipients: tuple[str, ...], body: bytes) -> None:
        """Writes the mail down, has the bounce taken, and lets the sender wait."""
        super().record(sender, recipients, body)
        eager = self.server.sink  # type: ignore[attr-defined]
        eager.report(failed(sender, recipient=recipients[0]))
        time.sleep(random.uniform(0, LATE))


class EagerSink(SmtpSink):
    """A mail server whose bounces are faster than its answers."""

    handler = EagerSession
    report: Callable[[bytes], None]


def prove(verdict: Verdict) -> None:
    """Tell so many subscribers, every one of whom bounces at once."""
    count = verdict.count or 1000
    with EagerSink() as sink:
        settings = {"BOUNCE_ADDRESS": MAILBOX, "MAIL_EVENTS_LOGIN": ":".join(LOGIN)}
        mail = f"smtp://127.0.0.1:{sink.port}"
        with Product("bounces", EMAIL_URL=mail, **settings) as product:
            product.seed(subscribers=count)
            answers: list[int] = []
            sink.report = _reporter(product, answers)
            product.start()
            product.python("-m", "proof.post")
            until(lambda: _settled(product) >= count, PATIENCE, "all came back", pause=0.5)
            _check(verdict, product, answers, count)


def _reporter(product: Product, answers: list[int]) -> Callable[[bytes], None]:
    def report(bounce: bytes) -> None:
        address = f"{product.url}/mail/bounces/"
        kind = {"Content-Type": "message/rfc822"}
        answer = requests.post(address, data=bounce, auth=LOGIN, headers=kind, timeout=30)
        answers.append(answer.status_code)

    return report


def _settled(product: Product) -> int:
    return _count(product, "notifications_judgement WHERE verdict = 'suppressed'")


def _check(verdict: Verdict, product: Product, answers: list[int], count: int) -> None:
    states = dict(product.query("SELECT state, count(*) FROM notifications_delivery GROUP BY 1"))
    events = _count(product, "notifications_mailevent")
    waiting = _count(product, "notifications_judgement WHERE verdict = 'waiting'")
    silent = _count(product, "notifications_suppression WHERE lifted_at IS NULL")
    early = _count(
        product,
        "notifications_mailevent AS e JOIN notifications_delivery AS d"
        " ON d.id = e.delivery_number WHERE e.received_at < d.sent_at",
    )
    verdict.expect(set(answers) == {200}, f"the reports were answered {sorted(set(answers))}")
    verdict.expect(events == len(answers), f"{len(answers)} reported, {events} written down")
    verdict.expect(states == {"bounced": count}, f"the record says {states}")
    verdict.expect(silent == count, f"{silent} of {count} addresses are left alone")
    verdict.expect(waiting == 0, f"{waiting} events were never judged")
    verdict.measured(
        f"{count} bounces, {early} before our commit: {events - waiting} judged, 0 lost,"
        f" record: {count} bounced, {silent} addresses left alone"
    )


def _count(product: Product, where: str) -> int:
    ((found,),) = product.query(f"SELECT count(*) FROM {where}")
    return int(found)
