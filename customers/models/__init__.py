"""Accounts, the plans they are on, and the lists of who was affected."""

from customers.models.account import Account, Standing
from customers.models.affected import AffectedAccount, AffectedList
from customers.models.contract import Contract, ContractQuerySet, Interval
from customers.models.plan import Plan, PlanComponent

__all__ = [
    "Account",
    "AffectedAccount",
    "AffectedList",
    "Contract",
    "ContractQuerySet",
    "Interval",
    "Plan",
    "PlanComponent",
    "Standing",
]
