"""Sinks on loopback, and subscribers who said yes."""

from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_network
from typing import Protocol

import pytest
from pytest_django import Settings

from incidents.models import Component, Page
from notifications.models import Subscription
from people.actors import Actor
from tests.sinks.http import HttpSink
from tests.sinks.smtp import SmtpSink
from tests.sinks.x import XSink


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpSink]:
    """A mail server, and the setting that names it."""
    with SmtpSink() as sink:
        options = {"host": "127.0.0.1", "port": sink.port, "timeout": 5}
        backend = "django.core.mail.backends.smtp.EmailBackend"
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        yield sink


@pytest.fixture
def loopback_open(settings: Settings) -> None:
    """The operator opened loopback to outgoing requests."""
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]


@pytest.fixture
def endpoint(loopback_open: None) -> Iterator[HttpSink]:
    """Somebody's webhook endpoint."""
    with HttpSink() as sink:
        yield sink


@pytest.fixture
def x(loopback_open: None) -> Iterator[XSink]:
    """X, as far as we use it."""
    with XSink() as sink:
        yield sink


@pytest.fixture
def loose(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every delivery is claimed by itself, as those are that come in no chunk."""
    monkeypatch.setattr("notifications.models.written.bulk_channels", dict)


class Subscriber(Protocol):
    """Makes a reader who confirmed."""

    def __call__(self, address: str = ..., *components: Component) -> Subscription: ...


@pytest.fixture
def subscriber(page: Page, at: datetime) -> Subscriber:
    """Makes confirmed readers of the page, or of some components."""

    def confirmed(address: str = "ada@example.com", *components: Component) -> Subscription:
        subscription = Subscription.objects.create(
            page=page,
            channel="email",
            destination=address,
            state=Subscription.State.CONFIRMED,
            asked_at=at,
            confirmed_at=at,
        )
        subscription.components.set(components)
        return subscription

    return confirmed


@pytest.fixture
def hook(page: Page, endpoint: HttpSink, by: Actor, at: datetime) -> Subscription:
    """Staff's webhook on the page."""
    return Subscription.connect(
        page, channel="webhook", destination=f"{endpoint.url}/hook", by=by, at=at
    )
