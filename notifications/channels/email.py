"""E-mail over the configured providers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from notifications.channels import Attempts, Example, Rounds
from notifications.details import Details
from notifications.mail import routes
from notifications.mail.addresses import validate_address
from notifications.mail.desk import Tray, parcel_of
from notifications.mail.domains import domain_budgets
from notifications.mail.threads import earlier
from notifications.models import Delivery
from notifications.outcomes import MAIL_SCHEDULE, Away, Outcome
from notifications.parcels import Accepted, Parcel


class Email:
    """Mail to readers, staff and accounts."""

    name = "email"
    label = "E-mail"
    lane = "mail"
    schedule = MAIL_SCHEDULE
    jitter = 0.0
    public = True
    by_staff = False
    destination = "Address, like ada@example.com"
    details: Details = ()

    def validate_destination(self, text: str) -> str:
        """Exactly one address."""
        return validate_address(text, "destination")

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing to keep: the mailer is the installation's."""
        return {}

    def example(self, base_url: str) -> Example:
        """A reader whose mail server is at `base_url`."""
        place = urlsplit(base_url)
        options = {"host": place.hostname, "port": place.port, "timeout": 1}
        backend = "django.core.mail.backends.smtp.EmailBackend"
        mailers = {"default": {"BACKEND": backend, "OPTIONS": options}}
        return Example("ada@example.com", settings={"MAILERS": mailers})

    def send(self, batch: Sequence[Delivery], at: datetime) -> Attempts:
        """Hands each mail over; the outcome of one is known before the next one's text goes."""
        rows, before = {each.pk: each for each in batch}, earlier(batch)
        tray = Tray(parcel_of(each, before.get(each.pk, ())) for each in batch)
        try:
            # What is urgent waits for no budget: confirmations come while everybody is told.
            budgets = domain_budgets() if batch and batch[0].lane == self.lane else None
            sent = routes.send(tray, _nobody_else, at=at, connections=1, budgets=budgets)
            for settled in sent:
                for key, outcome in settled:
                    yield rows.pop(key), outcome
        except Away as away:
            for each in rows.values():
                yield each, Outcome.retry(str(away))

    def post(self, parcels: Iterable[Parcel], accepted: Accepted, at: datetime) -> Rounds:
        """Hands whole chunks over, over as many connections as the provider takes."""
        return routes.send(Tray(parcels), accepted, at=at, budgets=domain_budgets())


def _nobody_else(keys: Sequence[int]) -> None:
    """Whoever sends single rows marks each of them before the next one goes."""


CHANNEL = Email()
