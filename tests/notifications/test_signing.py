"""What we sign, the reference library verifies."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from notifications.signing import new_secret, signed_headers

BODY = json.dumps({"incident": {"name": "Störung"}}, ensure_ascii=False).encode()


def test_the_reference_library_verifies_our_signature() -> None:
    key = new_secret()
    headers = signed_headers([key], "msg_1", datetime.now(UTC), BODY)
    assert Webhook(key).verify(BODY, headers) == {"incident": {"name": "Störung"}}


def test_an_instant_in_another_zone_is_signed_as_the_same_instant() -> None:
    key, at = new_secret(), datetime.now(UTC)
    elsewhere = at.astimezone(timezone(timedelta(hours=9)))
    assert signed_headers([key], "m", at, BODY) == signed_headers([key], "m", elsewhere, BODY)


def test_both_secrets_verify_during_a_rotation() -> None:
    old, new = new_secret(), new_secret()
    headers = signed_headers([new, old], "msg_1", datetime.now(UTC), BODY)
    Webhook(old).verify(BODY, headers)
    Webhook(new).verify(BODY, headers)


def test_a_changed_body_or_id_or_stranger_does_not_verify() -> None:
    key = new_secret()
    headers = signed_headers([key], "msg_1", datetime.now(UTC), BODY)
    for secret, body, sent in (
        (key, BODY + b" ", headers),
        (key, BODY, headers | {"webhook-id": "msg_2"}),
        (new_secret(), BODY, headers),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, sent)
