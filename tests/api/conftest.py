"""Ways to ask the API."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from incidents.models import Membership, Page
from people.actors import Actor
from people.models import ApiToken, User


class Asking:
    """A client of the API, with a key or without."""

    def __init__(self, client: Client, plaintext: str = "") -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {plaintext}"} if plaintext else {}

    def get(self, path: str, **headers: str) -> Any:
        """Read `path` below /api/v3/."""
        return self.client.get(f"/api/v3/{path}", headers=self.headers | headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Send `body` as JSON."""
        return self._send("post", path, body, headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        """Send `body` as JSON."""
        return self._send("put", path, body, headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        """Send `body` as JSON."""
        return self._send("patch", path, body, headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        sent = body if isinstance(body, bytes) else json.dumps(body)
        send: Callable[..., Any] = getattr(self.client, method)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return send(
            f"/api/v3/{path}",
            data=sent,
            content_type="application/json",
            headers=self.headers | names,
        )


def asking(user: User, page: Page, role: str, by: Actor, at: datetime) -> Asking:
    """A token of somebody in a role on the page."""
    Membership.grant(page=page, user=user, role=role, by=by, at=at)
    _token, plaintext = ApiToken.issue(owner=user, name="t", scopes=["pages:write"], at=at)
    return Asking(Client(), plaintext)


@pytest.fixture(autouse=True)
def _nobody_asked_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _noon(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=True):
        yield


@pytest.fixture
def responder(alice: User, page: Page, by: Actor, at: datetime) -> User:
    """Alice, who may respond on the page."""
    Membership.grant(page=page, user=alice, role="responder", by=by, at=at)
    return alice


@pytest.fixture
def token(responder: User, at: datetime) -> tuple[ApiToken, str]:
    """Alice's token, with the scopes to write."""
    scopes = ["incidents:write", "components:write"]
    return ApiToken.issue(owner=responder, name="ci", scopes=scopes, at=at)


@pytest.fixture
def reader(db: None) -> Asking:
    """Anybody."""
    return Asking(Client())


@pytest.fixture
def writer(token: tuple[ApiToken, str]) -> Asking:
    """Automation with Alice's key."""
    return Asking(Client(), token[1])
