"""Webhooks: Statuspage's body with a standard signature, to many endpoints at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from notifications.channels import Attempts, Example, Rounds
from notifications.details import Detail, Details
from notifications.models import Delivery
from notifications.outbound.answers import wait_asked
from notifications.outbound.calling.calls import Call
from notifications.outbound.calling.switchboard import Switchboard
from notifications.outbound.door import Door
from notifications.outbound.endpoints import validate_url
from notifications.outbound.results import Answer, Crowded, Result
from notifications.outcomes import A_WHILE, WEBHOOK_SCHEDULE, Outcome, Verdict, put_off
from notifications.parcels import Accepted, Parcel
from notifications.webhooks.desk import Desk
from notifications.webhooks.log import Log
from notifications.webhooks.settings import EndpointSettings
from notifications.webhooks.signing import new_secret

GONE = 410
WAIT_A_LITTLE = {429, 503}
MEANT: Final = {
    401: "the receiver does not let us in",
    403: "the receiver does not let us in",
    404: "nothing takes calls at this address",
    GONE: "the receiver wants no more",
    429: "the receiver wants fewer calls",
}


class Webhook:
    """A POST to an endpoint of staff's, or of a subscriber's."""

    name = "webhook"
    label = "Webhook"
    lane = "webhooks"
    schedule = WEBHOOK_SCHEDULE
    jitter = 0.2
    public = True
    by_staff = True
    destination = "Address, like https://hooks.example.com/status"
    details: Details = (
        Detail(
            "keys",
            "Key",
            "whsec_…, which signs every call. Left empty, one is made and shown once.",
            secret=True,
            required=False,
        ),
    )

    def validate_destination(self, text: str) -> str:
        """An address on the public internet."""
        return validate_url(text, "destination")

    def validate_typed(self, text: str) -> str:
        """The same for a reader's, whose name is looked up when it is called."""
        return validate_url(text, "destination", look_up=False)

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """One key, or two while receivers change from the old to the new; made up if absent."""
        return EndpointSettings.typed(config).kept()

    def example(self, base_url: str) -> Example:
        """An endpoint at `base_url`."""
        return Example(f"{base_url}/status", {"keys": [new_secret()]})

    def send(self, batch: Sequence[Delivery], at: datetime) -> Attempts:
        """Calls all endpoints at once, each host over two lines at most."""
        desk, known = Desk(at), {each.pk: each for each in batch}
        for settled in _rounds(desk, desk.of_deliveries(batch)):
            for key, outcome in settled:
                yield known[key], outcome

    def post(self, parcels: Iterable[Parcel], accepted: Accepted, at: datetime) -> Rounds:
        """The same for whole chunks."""
        desk = Desk(at)
        for settled in _rounds(desk, desk.of_parcels(parcels)):
            accepted([key for key, outcome in settled if outcome.verdict is Verdict.SENT])
            yield settled


def _rounds(desk: Desk, calls: Iterator[Call]) -> Rounds:
    with Log() as log:
        for done in Switchboard(Door.of_settings()).run(calls):
            now = desk.now
            for each in done:
                log.note(each, now)
            yield [*desk.unfit(), *((each.key, judge(each.result, now)) for each in done)]
        if unfit := desk.unfit():
            yield unfit


def judge(result: Result, at: datetime) -> Outcome:
    """What an answer means; a redirect is a failure, 410 asks to be left alone."""
    if isinstance(result, Crowded):
        return put_off(A_WHILE)
    if not isinstance(result, Answer):
        return Outcome.retry(result.words)
    if 200 <= result.status < 300:
        return _taken(result.status)
    words = _said(result.status)
    if result.status == GONE:
        return Outcome.gone(words)
    asked = wait_asked(result, at) if result.status in WAIT_A_LITTLE else None
    return Outcome.retry(words, after=asked)


@cache
def _said(status: int) -> str:
    if 300 <= status < 400:
        return f"HTTP {status}: the receiver sends us elsewhere; give the address it leads to."
    meant = "the receiver failed" if status >= 500 else MEANT.get(status, "")
    return f"HTTP {status}: {meant}." if meant else f"HTTP {status}"


@cache
def _taken(status: int) -> Outcome:
    return Outcome.sent(f"HTTP {status}")


CHANNEL = Webhook()
