"""What is owed."""

from django.apps import AppConfig


class CreditsConfig(AppConfig):
    """SLA policies, credit runs and the ledger."""

    name = "credits"
