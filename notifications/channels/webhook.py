"""Webhooks: Statuspage's body, so that old receivers keep working, with a standard signature."""

import json
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from incidents.core.webhooks import Meta, envelope, incident_webhook
from incidents.corrections import told
from incidents.models import Incident
from incidents.models.planned.dates import planned_of
from incidents.reading import PageState
from notifications.channels import Attempts, Example
from notifications.details import Detail
from notifications.endpoints import validate_url
from notifications.models import Broadcast, Delivery
from notifications.outbound import Answer, Door, OutboundError, TooSlow, Unreachable
from notifications.outcomes import WEBHOOK_SCHEDULE, Outcome
from notifications.signing import is_key, new_secret, signed_headers

logger = logging.getLogger(__name__)

SLOTS = 32
PER_HOST = 2
GONE = 410
WAIT_A_LITTLE = {429, 503}

Body = dict[str, Any]


class Webhook:
    """A POST to an endpoint of staff's, or of a subscriber's."""

    name = "webhook"
    label = "Webhook"
    lane = "webhooks"
    schedule = WEBHOOK_SCHEDULE
    jitter = 0.2
    public = True
    destination = "Address, like https://hooks.example.com/status"
    details = (
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

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """One key, or two while receivers change from the old to the new; made up if absent."""
        given = config.get("keys") or [new_secret()]
        keys = [given] if isinstance(given, str) else list(given)
        if len(keys) > 2 or not all(is_key(key) for key in keys):
            raise ValidationError({"keys": ["Give one or two keys like whsec_… (24 to 64 bytes)."]})
        return {"keys": keys}

    def example(self, base_url: str) -> Example:
        """An endpoint at `base_url`."""
        return Example(f"{base_url}/status", {"keys": [new_secret()]})

    def send(self, batch: Sequence[Delivery], at: datetime) -> Attempts:
        """Calls all endpoints at once, each host over two lines at most."""
        results: SimpleQueue[tuple[Delivery, Outcome]] = SimpleQueue()
        calls = _calls(batch, at, results)
        with ThreadPoolExecutor(SLOTS, thread_name_prefix="webhook") as pool:
            for line in _lines(calls):
                pool.submit(_call_all, line, results)
            for _ in batch:
                yield results.get()


class Call:
    """One request, made ready before any thread touches it."""

    def __init__(self, delivery: Delivery, body: Body, at: datetime) -> None:
        subscription = delivery.subscription
        self.delivery, self.at = delivery, at
        self.url = delivery.destination
        self.body = _addressed(body, subscription.manage_url if subscription else "")

    def make(self, door: Door) -> Answer:
        """Sends it; the id is the same in every attempt."""
        subscription = self.delivery.subscription
        keys = subscription.settings.get("keys", []) if subscription else []
        signature = signed_headers(keys, f"msg_{self.delivery.key}", self.at, self.body)
        headers = {"Content-Type": "application/json"} | signature
        return door.post(self.url, self.body, headers)


def _call_all(line: Sequence[Call], results: SimpleQueue[tuple[Delivery, Outcome]]) -> None:
    door, dead = Door.of_settings(), ""
    for call in line:
        outcome = Outcome.retry(dead) if dead else _outcome(call, door)
        if outcome.detail.startswith(("TooSlow", "Unreachable")):
            # One endpoint that hangs does not hold its neighbours up once for each of them.
            dead = outcome.detail
        results.put((call.delivery, outcome))


def _outcome(call: Call, door: Door) -> Outcome:
    try:
        answer = call.make(door)
    except (TooSlow, Unreachable, OutboundError) as problem:
        return Outcome.retry(f"{type(problem).__name__}: {problem}")
    except Exception as broken:  # noqa: BLE001 -- a thread that dies silently would lose the rest
        return Outcome.retry(f"{type(broken).__name__}: {broken}")
    return judge(answer, call.at)


def judge(answer: Answer, at: datetime) -> Outcome:
    """What a status means; a redirect is a failure, 410 asks to be left alone."""
    words = f"HTTP {answer.status}"
    if 200 <= answer.status < 300:
        return Outcome.sent(words)
    if answer.status == GONE:
        return Outcome.gone(words)
    wait = answer.headers.get("Retry-After", "") if answer.status in WAIT_A_LITTLE else ""
    return Outcome.retry(words, after=_asked_wait(wait, at))


def _asked_wait(value: str, at: datetime) -> timedelta | None:
    if value.isdigit():
        return timedelta(seconds=min(int(value), 86_400))
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(until.replace(tzinfo=until.tzinfo or UTC) - at, timedelta())


def _lines(calls: Sequence[Call]) -> list[list[Call]]:
    hosts: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        hosts[urlsplit(call.url).netloc].append(call)
    dealt = [mine[number::PER_HOST] for mine in hosts.values() for number in range(PER_HOST)]
    return [line for line in dealt if line]


def _calls(
    batch: Sequence[Delivery], at: datetime, results: SimpleQueue[tuple[Delivery, Outcome]]
) -> list[Call]:
    """Make ready what can be; one that cannot is its own failure, and holds up no other."""
    calls: list[Call] = []
    bodies: dict[tuple[int, int | None], Body] = {}
    for delivery in batch:
        what = (delivery.page_id, delivery.broadcast_id)
        try:
            if what not in bodies:
                bodies[what] = _body_for(delivery, at)
            calls.append(Call(delivery, bodies[what], at))
        except Exception as broken:
            logger.exception("The webhook %s could not be written", delivery.pk)
            results.put((delivery, Outcome.retry(f"{type(broken).__name__}: {broken}")))
    return calls


def _body_for(delivery: Delivery, at: datetime) -> Body:
    return _body(delivery.broadcast, at) if delivery.broadcast else _test_body(delivery, at)


def _body(broadcast: Broadcast, at: datetime) -> Body:
    page = broadcast.page
    state = PageState.of(page, at=at)
    meta = Meta(unsubscribe="", documentation=page.url(), generated_at=at)
    if broadcast.incident_id is None:
        return dict(envelope(page, meta, state.status))
    incident = Incident.objects.with_story().get(pk=broadcast.incident_id)
    body = incident_webhook(
        incident,
        page,
        meta=meta,
        status=state.status,
        impact=incident.impact,
        updates=told(incident),
        planned=planned_of(incident),
    )
    return dict(body) | {"candor": _ours(broadcast, incident)}


def _ours(broadcast: Broadcast, incident: Incident) -> Body:
    """What Statuspage has no field for: which update this is about, and what corrects what."""
    updates = list(incident.updates.all())
    about = next((each for each in updates if each.public_id == broadcast.event.object_id), None)
    return {
        "update": {"id": about.public_id, "url": about.public_url} if about else None,
        "corrections": [
            {"id": each.public_id, "corrects": each.corrects.public_id, "url": each.public_url}
            for each in updates
            if each.corrects is not None
        ],
        "outcome": incident.outcome or None,
        "redacted": [each.public_id for each in updates if each.redacted_at],
    }


def _test_body(delivery: Delivery, at: datetime) -> Body:
    page = delivery.page
    meta = Meta(unsubscribe="", documentation=page.url(), generated_at=at)
    return dict(envelope(page, meta, PageState.of(page, at=at).status))


def _addressed(body: Body, unsubscribe: str) -> bytes:
    meta = body["meta"] | {"unsubscribe": unsubscribe}
    return json.dumps(body | {"meta": meta}, ensure_ascii=False).encode()


CHANNEL = Webhook()
