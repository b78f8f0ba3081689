"""Who it hurt."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Accounts, plans, contracts and the lists of who was affected."""

    name = "customers"
