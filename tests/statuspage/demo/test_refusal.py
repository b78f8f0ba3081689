"""The demo keeps off an installation that somebody uses."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from incidents.models import Incident, Page
from statuspage.demo import seed

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_a_place_with_a_page_of_its_own_is_left_alone(page: Page) -> None:
    with pytest.raises(ValidationError):
        seed.seed(at=NOON)
    with pytest.raises(CommandError, match="wants an empty place"):
        call_command("demo")
    assert not Incident.objects.exists()
