"""One webhook in the console: its calls, its secret, and what is sent again; for admins alone."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import Incident, Page
from notifications import rounds
from notifications.models import Endpoint, Subscription
from people.actors import Actor
from tests.notifications.conftest import endpoint, loopback_open
from tests.sinks.http import HttpSink, Reply

__all__ = ["endpoint", "loopback_open"]


@pytest.fixture
def called(page: Page, incident: Incident, endpoint: HttpSink, by: Actor, at: datetime) -> Endpoint:
    """A webhook that answered a first call with an error."""
    endpoint.reply = lambda entry: Reply(
        500, {}, b"a <b>trace</b> whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    )
    Subscription.connect(page, channel="webhook", destination=endpoint.url, by=by, at=at)
    rounds.run_all(timezone.now())
    return Endpoint.objects.get()


def path(called: Endpoint, screen: str = "webhook") -> str:
    return f"/console/mail/connections/{called.pk}/{screen}/"


def test_a_call_is_shown_with_request_and_answer_and_no_secret(
    desk: Client, called: Endpoint
) -> None:
    html = desk.get(path(called)).content.decode()
    assert "HTTP 500" in html
    assert "a &lt;b&gt;trace&lt;/b&gt; …" in html
    assert "We are looking into it." in html
    assert "webhook-signature: v1,…" in html
    assert "whsec_" not in html
    assert called.token("manage") not in html


def test_a_body_is_indented_to_be_read(desk: Client, called: Endpoint) -> None:
    html = unescape(desk.get(path(called)).content.decode())
    assert '\n  "incident": {\n' in html
    assert html.count('<pre class="wire"') == html.count("<pre") == 2


@pytest.mark.parametrize("role", ["viewer", "outsider"])
def test_answers_are_for_admins_alone(
    signed_in: Callable[[str], Client], called: Endpoint, role: str
) -> None:
    assert signed_in(role).get(path(called)).status_code in {403, 404}


def test_a_new_secret_is_shown_once(desk: Client, called: Endpoint) -> None:
    assert (
        "For a day calls are signed with both" in desk.get(path(called, "secret")).content.decode()
    )
    html = desk.post(path(called, "secret"), follow=True).content.decode()
    called.refresh_from_db()
    assert re.findall(r"whsec_[\w+/=]+", html) == called.kept.keys[:1]
    assert "Two secrets are valid until" in html
    assert "whsec_" not in desk.get(path(called)).content.decode()


def test_what_was_missed_is_sent_again_after_a_quarantine(
    desk: Client, called: Endpoint, page: Page, endpoint: HttpSink, by: Actor
) -> None:
    called.quarantine(timezone.now())
    Incident.open(page, title="Missed", body="Words.", by=by, at=timezone.now())
    rounds.run_all(timezone.now())
    endpoint.reply = lambda entry: Reply()
    desk.post(path(called, "handle"), {"do": "resume"})
    rounds.run_all(timezone.now())
    assert "Missed" in [body["incident"]["name"] for body in endpoint.bodies[1:]]


def test_one_message_is_sent_again(desk: Client, called: Endpoint, incident: Incident) -> None:
    broadcast = incident.broadcasts.get()
    desk.post(path(called, "handle"), {"do": "replay", "broadcast": broadcast.pk})
    assert called.deliveries.filter(merge__replays=broadcast.pk).count() == 1
    for strange in ("x", "9" * 5000):
        answer = desk.post(path(called, "handle"), {"do": "replay", "broadcast": strange})
        assert answer.status_code == 404
    assert desk.post(path(called, "handle"), {"do": "else"}).status_code == 404
