"""What was given, in words for readers."""

from collections.abc import Mapping
from typing import Any

from credits.core.policies import spell_months


def worded(statement: Mapping[str, Any]) -> str:
    """Return the sentence of a statement, from what else it says."""
    months, period = statement["months"], statement["period"]
    if months is None:
        return f"Service credits for {period} were given to the accounts affected."
    worth = "service" if statement["unit"] == "months" else "fees"
    named = " and ".join(statement["components"])
    return f"We give {spell_months(months)} of {worth} to all {named} accounts."
