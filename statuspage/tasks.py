"""The clock of the record: what happens because its time has come."""

from celery import shared_task
from django.utils import timezone

from incidents.models import Commitment, Maintenance


@shared_task(name="statuspage.clock")
def clock() -> None:
    """Start and end maintenances by the clock; let broken promises say so by themselves."""
    at = timezone.now()
    Maintenance.run_edges(at=at)
    Commitment.notice_late(at=at)
