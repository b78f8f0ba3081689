"""The journal can only grow, on both databases."""

import pytest
from django.db import IntegrityError, connection, transaction

from incidents.append_only import lifted
from incidents.models import Event, Page


@pytest.mark.parametrize(
    "statement", ["UPDATE incidents_event SET kind = 'x'", "DELETE FROM incidents_event"]
)
def test_the_database_refuses_to_change_or_remove_an_event(page: Page, statement: str) -> None:
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.count() == 1


def test_the_seam_for_flushing_puts_the_triggers_back(page: Page) -> None:
    with lifted():
        pass
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.all().delete()
