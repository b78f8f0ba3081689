"""What is looked at before any command runs: settings that only the floors below can judge."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from publishing.targets import target_for


def places_to_publish_to(**_asked: Any) -> list[CheckMessage]:
    """Each address in PUBLISH_TO is one that can be pushed to."""
    found: list[CheckMessage] = []
    for number, address in enumerate(settings.PUBLISH_TO, start=1):
        try:
            target_for(address)
        except ValueError as error:
            found.append(Error(f"PUBLISH_TO, address {number}: {error}", id="statuspage.E001"))
    return found
