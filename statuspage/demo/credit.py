"""What is given: six months to all Mailstore accounts, past two pairs of eyes.

Beside it the run that the contract alone would give waits for approval: 2.50 against six months.
"""

from datetime import datetime
from typing import Any, Final

from credits.models import CreditRun, SlaPolicy
from customers.models import Plan
from incidents.models import Incident
from people.actors import Actor
from statuspage.demo.customers import MAILSTORE_PLAN

MONTH: Final = "2012-12"
GOODWILL: Final[dict[str, Any]] = {"kind": "flat_months", "months": 6}
CONTRACT: Final[dict[str, Any]] = {
    "kind": "tiered",
    "tiers": [
        {"below": "99.9", "credit_pct": "10"},
        {"below": "99", "credit_pct": "25"},
        {"below": "95", "credit_pct": "100"},
    ],
}


def write_contract_policy(incident: Incident, *, by: Actor, at: datetime) -> None:
    """Work out what the contract owes for that month, and leave it to be approved."""
    plan = Plan.objects.get(page=incident.page, name=MAILSTORE_PLAN.name)
    name = "Mailstore service level"
    policy = SlaPolicy.write(incident.page, name, CONTRACT, plan=plan, by=by, at=at)
    CreditRun.draft(incident.page, policy, MONTH, by=by, at=at).compute(by=by, at=at)


def give_six_months(incident: Incident, *, by: Actor, second: Actor, at: datetime) -> None:
    """Prepare the goodwill run, have it approved by somebody else, and issue it."""
    name = "Six months for the Mailstore outage"
    policy = SlaPolicy.write(incident.page, name, GOODWILL, by=by, at=at)
    run = CreditRun.draft(incident.page, policy, MONTH, incidents=[incident], by=by, at=at)
    run.compute(by=by, at=at)
    run.approve(by=second, at=at)
    run.issue(by=second, at=at)
