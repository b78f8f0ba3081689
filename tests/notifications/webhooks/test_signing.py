"""What we sign, the reference library verifies."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from notifications.webhooks.settings import EndpointSettings
from notifications.webhooks.signing import key_of, new_secret, signature
from tests.house import tree

BODY = json.dumps({"incident": {"name": "Störung"}}, ensure_ascii=False).encode()


def signed(keys: list[str], at: datetime, name: str = "msg_1") -> dict[str, str]:
    timestamp = int(at.timestamp())
    return {
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature([key_of(key) for key in keys], name, timestamp, BODY),
    }


def test_the_reference_library_verifies_our_signature() -> None:
    key = new_secret()
    headers = signed([key], datetime.now(UTC))
    assert Webhook(key).verify(BODY, headers) == {"incident": {"name": "Störung"}}


def test_both_secrets_verify_during_a_rotation() -> None:
    old, new = new_secret(), new_secret()
    headers = signed([new, old], datetime.now(UTC))
    Webhook(old).verify(BODY, headers)
    Webhook(new).verify(BODY, headers)


def test_a_changed_body_or_id_or_stranger_does_not_verify() -> None:
    key = new_secret()
    headers = signed([key], datetime.now(UTC))
    for secret, body, sent in (
        (key, BODY + b" ", headers),
        (key, BODY, headers | {"webhook-id": "msg_2"}),
        (new_secret(), BODY, headers),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, sent)


def test_an_old_secret_signs_until_its_end_and_no_longer(at: datetime) -> None:
    first = EndpointSettings([new_secret()])
    second = first.rotated(at, timedelta(hours=2))
    before, after = at + timedelta(minutes=119), at + timedelta(hours=2)
    assert second.valid(before) == [second.keys[0], first.keys[0]]
    assert second.valid(after) == second.keys[:1]
    assert len(second.signing(int(before.timestamp()))) == 2
    assert len(second.signing(int(after.timestamp()))) == 1


def test_a_second_rotation_gives_the_oldest_secret_up(at: datetime) -> None:
    first = EndpointSettings([new_secret()])
    second = first.rotated(at)
    third = second.rotated(at + timedelta(hours=1))
    assert third.keys[1] == second.keys[0]
    assert first.keys[0] not in third.keys


def test_what_is_kept_is_read_back_the_same(at: datetime) -> None:
    rotated = EndpointSettings([new_secret()]).rotated(at)
    assert EndpointSettings.read(json.loads(json.dumps(rotated.kept()))).kept() == rotated.kept()
    assert EndpointSettings.typed(rotated.kept()).kept() == rotated.kept()


def test_the_documented_way_to_verify_works() -> None:
    text = (tree.ROOT / "docs" / "webhooks.md").read_text()
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(found[1], names)
    old, new = new_secret(), new_secret()
    headers = signed([new, old], datetime.now(UTC))
    genuine = names["is_genuine"]
    assert genuine(old, headers, BODY)
    assert genuine(new, headers, BODY)
    assert not genuine(new_secret(), headers, BODY)
    assert not genuine(new, headers, BODY + b" ")
    assert not genuine(new, signed([new], datetime.now(UTC) - timedelta(minutes=6)), BODY)
