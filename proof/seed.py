"""Lays the ground for a proof, inside the product's surroundings: python -m proof.seed '{...}'."""

import json
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from itertools import batched
from typing import Any
from urllib.parse import urlsplit

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from incidents.core.levels import Level  # noqa: E402
from incidents.models import (  # noqa: E402
    Component,
    ImpactWindow,
    Incident,
    Page,
    Update,
)
from notifications.models import Subscription  # noqa: E402
from people.actors import Actor  # noqa: E402
from proof.product import OWNER, PASSWORD  # noqa: E402

BY = Actor.system("proof", face="command")
HOUR = timedelta(hours=1)


def main() -> None:
    """Lay what the argument asks for and print the public ids."""
    wanted: dict[str, Any] = json.loads(sys.argv[1])
    call_command("create_owner", OWNER, password=PASSWORD, stdout=sys.stderr)
    at = timezone.now()
    page = Page.found(
        name="Example Mail", slug="mail", sender_email="status@example.com", by=BY, at=at
    )
    if address := wanted.get("on_call"):
        page.change(on_call_email=address, by=BY, at=at)
    webmail = Component.add(page, "Webmail", by=BY, at=at)
    mailstore = Component.add(page, "Mailstore", by=BY, at=at)
    laid = {"page": page.public_id, "webmail": webmail.public_id, "mailstore": mailstore.public_id}
    _parts(page, int(wanted.get("components", 0)))
    _past(page, int(wanted.get("history", 0)))
    if wanted.get("incident"):
        laid["incident"] = _incident(page, mailstore).public_id
    _subscribers(page, int(wanted.get("subscribers", 0)))
    if url := wanted.get("webhook"):
        laid |= _webhook(page, url)
        hosts = wanted.get("hosts", [urlsplit(url).hostname])
        _webhooks(page, url, int(wanted.get("webhooks", 0)), hosts)
    print(json.dumps(laid))


def _incident(page: Page, component: Component) -> Incident:
    return Incident.open(
        page,
        title="Mail cannot be read",
        body="We are looking into it.",
        levels={component: Level.MAJOR_OUTAGE},
        notify=False,
        by=BY,
        at=timezone.now(),
    )


def _parts(page: Page, count: int) -> None:
    """As many components in all."""
    at = timezone.now() - timedelta(days=400)
    Component.objects.bulk_create(
        Component(page=page, name=f"Part {number}", position=number, created_at=at, updated_at=at)
        for number in range(2, count)
    )


def _past(page: Page, count: int) -> None:
    """So many incidents that are over, spread over years, each with one update and one window."""
    now, parts = timezone.now(), list(page.components.all())
    begins = [now - timedelta(days=20) - 4 * HOUR * number for number in range(count)]
    told = Incident.objects.bulk_create(
        Incident(
            page=page, title=f"Trouble {number}", status="resolved", published_at=start,
            started_at=start, resolved_at=start + HOUR, created_at=start, updated_at=start + HOUR,
        )
        for number, start in enumerate(begins)
    )  # fmt: skip
    Update.objects.bulk_create(
        Update(
            incident=each, number=1, status="resolved", body="It is over.",
            html="<p>It is over.</p>", posted_at=each.started_at + HOUR,
        )
        for each in told
    )  # fmt: skip
    ImpactWindow.objects.bulk_create(
        ImpactWindow(
            page=page, component=parts[number % len(parts)], incident=each, start=each.started_at,
            end=each.started_at + HOUR, level="major_outage", kind="unavailable",
            source="incident", recorded_at=each.started_at, closed_at=each.started_at + HOUR,
        )
        for number, each in enumerate(told)
    )  # fmt: skip


def _subscribers(page: Page, count: int) -> None:
    at = timezone.now() - timedelta(days=1)
    confirmed = {"state": Subscription.State.CONFIRMED, "asked_at": at, "confirmed_at": at}
    for numbers in batched(range(count), 20_000):
        Subscription.objects.bulk_create(
            Subscription(
                page=page, channel="email", destination=f"reader{number}@example.com", **confirmed
            )
            for number in numbers
        )


def _webhook(page: Page, url: str) -> dict[str, str]:
    endpoint = Subscription.connect(
        page, channel="webhook", destination=url, by=BY, at=timezone.now()
    )
    return {"key": endpoint.settings["keys"][0]}


def _webhooks(page: Page, url: str, count: int, hosts: Sequence[str]) -> None:
    """So many endpoints, the one at `url` included; the others are at these hosts in turn."""
    one = Subscription.objects.get(page=page, destination=url)
    parts = urlsplit(url)
    places = [parts._replace(netloc=f"{host}:{parts.port}").geturl() for host in hosts]
    Subscription.objects.bulk_create(
        Subscription(
            page=page, channel="webhook", destination=f"{places[number % len(places)]}/{number}",
            config=one.config, owner=one.owner, state=one.state, asked_at=one.asked_at,
            confirmed_at=one.confirmed_at,
        )
        for number in range(1, count)
    )  # fmt: skip


if __name__ == "__main__":
    main()
