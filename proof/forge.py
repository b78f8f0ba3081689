"""Forges links, inside the product's surroundings: python -m proof.forge 100000."""

import json
import os
import secrets
import sys
from collections.abc import Iterator
from typing import Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from incidents.core.ids import ALPHABET, LENGTH  # noqa: E402
from notifications import tokens  # noqa: E402
from notifications.models import Subscription  # noqa: E402

PURPOSES: Final[tuple[tokens.Purpose, ...]] = ("confirm", "manage", "unsubscribe")
HEX: Final = "0123456789abcdef"


def main() -> None:
    """Try so many random tokens, every flipped character, every other purpose; print what opened.

    Half of the random ones name a subscription that exists.
    """
    waiting, told = (
        Subscription.objects.filter(state=state)[0]
        for state in (Subscription.State.PENDING, Subscription.State.CONFIRMED)
    )
    known: dict[tokens.Purpose, Subscription] = {
        "confirm": waiting,
        "manage": told,
        "unsubscribe": told,
    }
    opened = {
        "random": sum(_opens(purpose, token) for purpose, token in _random(known)),
        "flipped": sum(_opens(purpose, token) for purpose, token in _flipped(known)),
        "crossed": sum(_opens(purpose, token) for purpose, token in _crossed(known)),
        "genuine": sum(_opens(each, known[each].token(each)) for each in PURPOSES),
    }
    print(json.dumps(opened))


def _opens(purpose: tokens.Purpose, token: str) -> bool:
    if purpose == "confirm":
        return Subscription.by_confirm_token(token, timezone.now()) is not None
    if purpose == "manage":
        return Subscription.by_manage_token(token) is not None
    return Subscription.by_unsubscribe_token(token) is not None


def _random(known: dict[tokens.Purpose, Subscription]) -> Iterator[tuple[tokens.Purpose, str]]:
    for number in range(int(sys.argv[1])):
        purpose = PURPOSES[number % 3]
        mine = known[purpose].public_id if number % 2 else _any(ALPHABET, LENGTH)
        yield purpose, mine + _any(HEX, tokens.MAC_LENGTH)


def _flipped(known: dict[tokens.Purpose, Subscription]) -> Iterator[tuple[tokens.Purpose, str]]:
    for purpose, subscription in known.items():
        token = subscription.token(purpose)
        for place, there in enumerate(token):
            for other in HEX:
                if other != there:
                    yield purpose, token[:place] + other + token[place + 1 :]


def _crossed(known: dict[tokens.Purpose, Subscription]) -> Iterator[tuple[tokens.Purpose, str]]:
    for purpose in PURPOSES:
        for other in PURPOSES:
            for subscription in known.values():
                if other != purpose:
                    yield purpose, subscription.token(other)


def _any(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))


if __name__ == "__main__":
    main()
