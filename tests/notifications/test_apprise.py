"""The long tail: only services that speak HTTP, and only through our door."""

import ast
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.exceptions import ValidationError

from incidents.models import Incident, Page
from notifications import rounds
from notifications.channels import channels
from notifications.chats.long_tail import GUARDED, SERVICES, service_of, tell
from notifications.models import Delivery, Subscription
from notifications.outbound.door import Door
from notifications.outbound.results import Refused
from people.actors import Actor
from tests.sinks.http import HttpSink, Reply

WAYS_OUT = {
    "aiohttp", "asyncio", "ctypes", "ftplib", "http", "httpx", "importlib", "multiprocessing",
    "paho", "smtplib", "socket", "ssl", "subprocess", "urllib3", "websocket",
}  # fmt: skip
VERBS = {"get", "post", "put", "delete", "request", "codes"}


@pytest.fixture
def topic(page: Page, endpoint: HttpSink, by: Actor, at: datetime) -> Subscription:
    """A topic of ntfy."""
    example = channels()["apprise"].example(endpoint.url)
    return Subscription.connect(
        page, channel="apprise", destination="Pager", config=dict(example.config), by=by, at=at
    )


def test_a_message_goes_out_through_the_door(
    incident: Incident, topic: Subscription, endpoint: HttpSink, at: datetime
) -> None:
    endpoint.reply = lambda _entry: Reply(200, body=b"{}")
    rounds.run_all(at)
    (entry,) = endpoint.entries
    assert incident.updates.get().public_url in entry["body"]
    assert Delivery.objects.get().state == Delivery.State.SENT


def test_an_address_in_our_own_house_is_not_called() -> None:
    with HttpSink() as canary:
        address = f"ntfy://127.0.0.1:{canary.port}/topic"
        trip = tell(address, title="Hello", body="World", door=Door())
        assert isinstance(trip.problem, Refused)
        assert canary.connections == 0


def test_a_redirect_into_our_own_house_is_not_followed(
    incident: Incident, topic: Subscription, endpoint: HttpSink, at: datetime
) -> None:
    with HttpSink() as canary:
        endpoint.reply = lambda _entry: Reply(302, {"Location": canary.url})
        rounds.run_all(at)
        assert canary.connections == 0
    assert Delivery.objects.get().last_error.startswith("HTTP 302")


@pytest.mark.parametrize(
    "address",
    [
        "mailto://user:password@example.com",
        "syslog://",
        "dbus://",
        "mqtt://broker.example.com/topic",
        "irc://irc.example.com/channel",
        "file:///etc/passwd",
        "windows://",
        "jsons://example.com",
        "gotifys://",
        "nonsense",
    ],
)
def test_what_is_not_open_or_not_whole_is_refused(page: Page, address: str) -> None:
    with pytest.raises(ValidationError) as refused:
        channels()["apprise"].validate_config({"url": address})
    assert list(refused.value.message_dict) == ["url"]
    assert "password" not in str(refused.value)


@pytest.mark.parametrize("plugin", sorted(set(SERVICES.values())))
def test_a_plugin_knows_no_way_out_but_the_verbs_that_we_guard(plugin: str) -> None:
    spec = find_spec(f"apprise.plugins.{plugin}")
    assert spec is not None
    assert spec.origin is not None
    source = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    assert _imported(source) & WAYS_OUT == set()
    assert not any(isinstance(node, ast.Name) and node.id == "open" for node in ast.walk(source))
    for name in _asked_of_requests(source):
        assert name in VERBS or issubclass(getattr(requests, name), Exception)


def test_every_open_service_is_led_through_the_door() -> None:
    for schema, plugin in SERVICES.items():
        with suppress(ValueError):
            service_of(f"{schema}://")
        module: Any = import_module(f"apprise.plugins.{plugin}")
        assert module.requests is GUARDED


def test_a_plugin_gets_no_session_of_its_own() -> None:
    with pytest.raises(AttributeError, match="closed"):
        _ = GUARDED.Session
    assert GUARDED.codes.ok == 200


def _imported(source: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        if isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
            assert node.module != "requests"
    return found


def _asked_of_requests(source: ast.AST) -> set[str]:
    return {
        node.attr
        for node in ast.walk(source)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "requests"
    }
