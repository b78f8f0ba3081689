"""How calls went is written down for each of them, whatever became of the others."""

import logging
from datetime import datetime

import pytest

from incidents.models import Page
from notifications.models import Delivery, Exchange
from notifications.outbound.calling.switchboard import Done
from notifications.outbound.results import Answer
from notifications.webhooks.log import Log


@pytest.mark.django_db(transaction=True)
def test_a_delivery_that_was_erased_while_it_was_called_takes_no_others_log_along(
    page: Page, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    first, erased, last = (
        Delivery.test(page, channel="webhook", destination=f"{each}", lane="webhooks", at=at)
        for each in range(3)
    )
    with Log() as log:
        for each in (first, erased, last):
            log.note(Done(each.pk, Answer(503, {}, b"busy"), 0.1), at)
        erased.delete()
    noted = set(Exchange.objects.values_list("delivery", flat=True))
    assert noted == {first.pk, last.pk}
    assert not caplog.records
