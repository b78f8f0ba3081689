"""Redacted words are gone from everywhere: rows, copies, answers and mails that were kept."""

import json
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from api.models import KeptAnswer
from incidents.models import Draft, Incident, Page, Update, UpdateText
from notifications.bulletins import Bulletin
from notifications.models import Broadcast, KeptMail
from people.actors import Actor
from people.models import ApiToken, User
from publishing.rendering import render

HOUR = timedelta(hours=1)
SECRET = "swordfish"


@pytest.fixture
def secret(incident: Incident, by: Actor, at: datetime) -> Update:
    """An update with a secret in each of its texts, told and copied wherever that happens."""
    return Update.post(
        incident,
        body=f"It is {SECRET}.",
        headline=SECRET,
        social_text=SECRET,
        signature=SECRET,
        by=by,
        at=at + HOUR,
    )


def stored() -> list[str]:
    """Every row of every table that holds the secret."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        for value in model._base_manager.values_list(field.name, flat=True)
        if SECRET in json.dumps(value, default=str)
    ]


def test_no_stored_place_holds_the_words_any_more(
    page: Page, incident: Incident, secret: Update, alice: User, by: Actor, at: datetime
) -> None:
    token, _plain = ApiToken.issue(owner=alice, name="t", scopes=["read"], at=at)
    said = {"body": SECRET, "html": SECRET, "headline": SECRET}
    UpdateText.objects.create(update=secret, language="de", written_at=at, **said)
    Draft.objects.create(
        page=page, kind="update", incident=incident, content={"body": SECRET}, title=SECRET,
        became=secret, published_at=at, author="Alice", created_at=at, changed_at=at,
    )  # fmt: skip
    KeptMail.objects.create(
        page=page, kept_at=at + HOUR, sender="a@example.com", recipient="b@example.com",
        subject="x", text=f"{SECRET}\n{secret.public_url}", html=SECRET, wire=SECRET,
    )  # fmt: skip
    body = json.dumps({"id": secret.public_id, "body": SECRET})
    KeptAnswer.objects.create(
        token=token, key="k", request_digest="d", begun_at=at + HOUR, status=201, body=body
    )
    assert len(stored()) > 8
    secret.redact("It held a password.", by=by, at=at + 2 * HOUR)
    for forget in (KeptMail.forget_redacted, KeptAnswer.forget_redacted):
        assert forget(at=at + 2 * HOUR) == 1
        assert forget(at=at + 2 * HOUR) == 0
    assert stored() == []


@pytest.mark.parametrize("path", ["", "incident", "history.atom", "history.rss", "v2", "v3"])
def test_a_dated_stub_stands_wherever_it_was_read(
    page: Page,
    incident: Incident,
    secret: Update,
    client: Client,
    by: Actor,
    at: datetime,
    path: str,
) -> None:
    now = at + 2 * HOUR
    secret.redact("It held a password.", by=by, at=now)
    if path == "v3":
        text = client.get(f"/api/v3/incidents/{incident.public_id}").content.decode()
    else:
        names = {"incident": incident.public_path, "v2": "api/v2/incidents.json"}
        text = render(page, names.get(path, path), now).body.decode()
    assert SECRET not in text
    if path:
        assert "It held a password." in text


def test_mails_that_are_sent_afterwards_hold_the_stub_and_feeds_are_fetched_anew(
    incident: Incident, secret: Update, by: Actor, at: datetime
) -> None:
    now = at + 2 * HOUR
    opened = Broadcast.open_due(now)
    secret.redact("It held a password.", by=by, at=now)
    news = Bulletin.of(opened[-1])
    assert news.text == "This update was redacted: It held a password."
    assert SECRET not in str(news)
    incident.refresh_from_db()
    assert incident.updated_at == now
