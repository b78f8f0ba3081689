"""Web Push: a notification in the browser of somebody who gave no address (RFC 8030, 8291)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from notifications.channels import Attempts, Example, Rounds
from notifications.details import Detail, read
from notifications.models import Delivery
from notifications.outbound.answers import is_good, wait_asked
from notifications.outbound.calling.calls import Call
from notifications.outbound.calling.switchboard import Switchboard
from notifications.outbound.door import Door
from notifications.outbound.endpoints import is_opened, validate_url
from notifications.outbound.results import Answer, Crowded, Result
from notifications.outcomes import A_WHILE, WEBHOOK_SCHEDULE, Outcome, Verdict, put_off
from notifications.parcels import Accepted, Parcel
from notifications.webpush.desk import Desk, in_bytes

# Whoever makes a browser runs one of these; nobody else's address is ever called.
SERVICES: Final = (
    "fcm.googleapis.com", ".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com",
)  # fmt: skip
GONE: Final = (404, 410)
LATER: Final = (408, 425, 429)
# All browsers of a maker are behind one host, which is made for many.
LINES: Final = 32


class WebPush:
    """The browsers of readers."""

    name = "webpush"
    label = "Web Push"
    lane = "webhooks"
    schedule = WEBHOOK_SCHEDULE
    jitter = 0.2
    public = True
    by_staff = False
    destination = "Address that a browser was given by its push service"
    details = (
        Detail("p256dh", "Key of the browser", secret=True),
        Detail("auth", "Secret of the browser", secret=True),
    )

    def validate_destination(self, text: str) -> str:
        """An address of a push service."""
        if not _is_service(text):
            raise ValidationError({"destination": [_("This is no push service of a browser.")]})
        # One of a few services that we know: there is nothing to look up while a reader waits.
        return validate_url(text, "destination", look_up=False)

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The browser's key and secret, as it states them."""
        kept = read(self.details, config)
        for name, check in (("p256dh", _point), ("auth", _secret)):
            try:
                check(kept[name])
            except ValueError as wrong:
                raise ValidationError({name: [_("This is no key of a browser.")]}) from wrong
        return dict(kept)

    def example(self, base_url: str) -> Example:
        """A browser whose push service is at `base_url`."""
        return Example(f"{base_url}/push/browser", {"p256dh": EXAMPLE_KEY, "auth": EXAMPLE_AUTH})

    def send(self, batch: Sequence[Delivery], at: datetime) -> Attempts:
        """Calls the push services at once, each over a few lines."""
        desk, known = Desk(at), {each.pk: each for each in batch}
        for settled in _rounds(desk, desk.of_deliveries(batch), at):
            for key, outcome in settled:
                yield known[key], outcome

    def post(self, parcels: Iterable[Parcel], accepted: Accepted, at: datetime) -> Rounds:
        """The same for whole chunks."""
        desk = Desk(at)
        for settled in _rounds(desk, desk.of_parcels(parcels), at):
            accepted([key for key, outcome in settled if outcome.verdict is Verdict.SENT])
            yield settled


def _rounds(desk: Desk, calls: Iterator[Call], at: datetime) -> Rounds:
    for done in Switchboard(Door.of_settings(), lines=LINES).run(calls):
        yield [*desk.unfit(), *((each.key, judge(each.result, at)) for each in done)]
    if unfit := desk.unfit():
        yield unfit


def judge(result: Result, at: datetime) -> Outcome:
    """What an answer means; a browser that is gone is not called again."""
    if isinstance(result, Crowded):
        return put_off(A_WHILE)
    if not isinstance(result, Answer):
        return Outcome.retry(result.words)
    words = f"HTTP {result.status}"
    if is_good(result):
        return Outcome.sent(words)
    if result.status in GONE:
        return Outcome.gone(words)
    if result.status in LATER or result.status >= 500:
        return Outcome.retry(words, after=wait_asked(result, at))
    return Outcome.failed(words)


def _is_service(url: str) -> bool:
    """Whether this may be called at all; names are not even looked up for others.

    In clear, anybody on the way could read who we say that we are (RFC 8030, section 8).
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    host = parts.hostname or ""
    known = any(host.endswith(each) if each[0] == "." else host == each for each in SERVICES)
    return is_opened(url) or (parts.scheme == "https" and known)


def _point(text: str) -> None:
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), in_bytes(text))


def _secret(text: str) -> None:
    if len(in_bytes(text)) != 16:
        raise ValueError("A browser's secret has 16 bytes.")


# Those of RFC 8291, section 5.
EXAMPLE_KEY: Final = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)
EXAMPLE_AUTH: Final = "BTBZMqHH6r4Tts7J_aSIgg"

CHANNEL = WebPush()
