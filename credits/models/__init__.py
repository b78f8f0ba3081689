"""Policies, runs, their lines, and the ledger."""

from credits.models.ledger import LedgerEntry
from credits.models.line import CreditClass, CreditLine, Unit
from credits.models.policy import PolicyKind, SlaPolicy, SlaPolicyVersion
from credits.models.record import RunState
from credits.models.run import CreditRun
from credits.models.totals import Totals

__all__ = [
    "CreditClass",
    "CreditLine",
    "CreditRun",
    "LedgerEntry",
    "PolicyKind",
    "RunState",
    "SlaPolicy",
    "SlaPolicyVersion",
    "Totals",
    "Unit",
]
