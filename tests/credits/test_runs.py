"""Runs: who is in them, what each gets, who has to agree, and what is written for good."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from credits.models import CreditLine, CreditRun, LedgerEntry, RunState, SlaPolicy, Unit
from customers.models import AffectedList, Plan
from incidents.core.levels import Level
from incidents.models import (
    Cohort,
    Component,
    Event,
    ImpactKind,
    ImpactWindow,
    Incident,
    Page,
    Postmortem,
)
from people.actors import Actor
from people.models import ApiToken, User
from tests.credits.conftest import DOWN, LATER, TIERS, UP, Customers


def run_of(policy: SlaPolicy, by: Actor, *incidents: Incident, **more: Any) -> CreditRun:
    """Return a computed run for December."""
    more.setdefault("at", LATER)
    month = more.pop("month", "2012-12")
    run = CreditRun.draft(policy.page, policy, month, incidents=incidents, by=by, **more)
    run.compute(by=by, at=more["at"])
    return run


def issue(run: CreditRun, by: Actor, second: Actor, at: datetime = LATER) -> int:
    """Approve and issue."""
    run.approve(by=second, at=at)
    return run.issue(by=by, at=at)


def line_of(run: CreditRun, name: str) -> CreditLine:
    """Return the line of an account."""
    return run.lines.select_related("credit_class").get(account__external_id=name)


def test_the_outage_is_worth_a_quarter_of_the_month(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor
) -> None:
    customers.join("a")
    line = line_of(run_of(tiers, by), "a")
    assert line.given == "2.50 USD"
    assert line.formula == (
        "19 h 27 min of 744 h = 97.3857 %; below 99 % -> 25 % of 10.00 = 2.50 USD"
    )


def test_each_currency_keeps_its_decimals_and_is_added_up_alone(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor
) -> None:
    for name, fee, currency in [
        ("u", "10.00", "USD"),
        ("j", "1000", "JPY"),
        ("k", "12.345", "KWD"),
    ]:
        customers.join(name, fee=fee, currency=currency)
    totals = run_of(tiers, by).totals()
    assert totals.shown == {"JPY": "250", "KWD": "3.086", "USD": "2.50"}
    assert (totals.contracts, totals.accounts, totals.paying) == (3, 3, 3)


def test_a_yearly_fee_counts_for_a_twelfth(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor
) -> None:
    customers.join("a", fee="49.95", interval="year")
    assert line_of(run_of(tiers, by), "a").given == "1.04 USD"


def test_those_on_the_affected_list_get_what_their_own_outage_is_worth(
    customers: Customers,
    outage: Incident,
    mailstore: Component,
    tiers: SlaPolicy,
    by: Actor,
) -> None:
    listed, _ = customers.join("listed"), customers.join("spared")
    cohort = Cohort.name_one(outage, "Corrupted indexes", size=24, by=by, at=UP)
    ImpactWindow.record(
        mailstore,
        level=Level.MAJOR_OUTAGE,
        kind=ImpactKind.UNAVAILABLE,
        start=UP,
        end=datetime(2012, 12, 15, 15, 0, tzinfo=UTC),
        incident=outage,
        cohort=cohort,
        by=by,
        at=LATER,
    )
    AffectedList.of(cohort, by=by, at=LATER).include([listed.account], by=by, at=LATER)
    run = run_of(tiers, by)
    assert line_of(run, "listed").given == "10.00 USD"
    assert line_of(run, "listed").formula.startswith("45 h 14 min of 744 h = 93.9202 %")
    assert line_of(run, "spared").given == "2.50 USD"
    assert "listed" not in line_of(run, "spared").credit_class.evidence


def test_an_account_whose_plan_does_not_cover_what_broke_gets_nothing_and_is_told_why(
    customers: Customers,
    outage: Incident,
    page: Page,
    component: Component,
    tiers: SlaPolicy,
    by: Actor,
) -> None:
    webmail = Plan.add(page, "Webmail only", components=[component], by=by, at=DOWN)
    customers.join("w", plan=webmail)
    line = line_of(run_of(tiers, by), "w")
    assert (line.amount_minor, line.reason) == (0, "not_covered")
    assert line.credit_class.facts["left_out"][0]["why"] == "Mailstore is not covered"


def test_harm_that_is_no_downtime_is_left_out_by_name(
    customers: Customers, page: Page, mailstore: Component, tiers: SlaPolicy, by: Actor
) -> None:
    customers.join("a")
    incident = Incident.open(page, title="Feed", body="Wrong figures.", by=by, at=DOWN)
    ImpactWindow.record(
        mailstore, level=Level.MAJOR_OUTAGE, kind=ImpactKind.WRONG_DATA, start=DOWN, end=UP,
        incident=incident, by=by, at=UP,
    )  # fmt: skip
    line = line_of(run_of(tiers, by), "a")
    assert line.reason == "not_covered"
    assert line.credit_class.facts["left_out"][0]["why"] == "wrong_data is no downtime"


def test_what_was_only_rehearsed_or_withdrawn_counts_for_nobody(
    customers: Customers,
    page: Page,
    mailstore: Component,
    outage: Incident,
    tiers: SlaPolicy,
    by: Actor,
) -> None:
    customers.join("a")
    Incident.open(
        page, title="Drill", body="Drill.", levels={mailstore: Level.MAJOR_OUTAGE},
        rehearsal=True, by=by, at=DOWN - timedelta(days=5),
    )  # fmt: skip
    assert line_of(run_of(tiers, by), "a").given == "2.50 USD"
    outage.withdraw("Published by mistake", by=by, at=LATER)
    assert line_of(run_of(tiers, by), "a").reason == "above_commitment"


def test_only_the_days_under_contract_count(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor
) -> None:
    customers.join("late", valid_from=date(2012, 12, 14))
    customers.join("gone", valid_to=date(2012, 12, 13))
    customers.join("next", valid_from=date(2013, 1, 1))
    run = run_of(tiers, by)
    assert line_of(run, "late").formula.startswith("8 h 13 min of 744 h")
    assert line_of(run, "gone").reason == "above_commitment"
    assert not run.lines.filter(account__external_id="next").exists()


def test_a_fee_that_changed_within_the_month_is_held_and_not_answered_wrongly(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor
) -> None:
    old = customers.join("a", valid_to=date(2012, 12, 16))
    customers.sign(old.account, valid_from=date(2012, 12, 16), fee="30.00")
    customers.join("b")
    run = run_of(tiers, by)
    held = run.lines.filter(account=old.account)
    assert [line.reason for line in held] == ["fee_changed", "fee_changed"]
    assert "fee_segments" in held[0].credit_class.evidence
    assert run.totals().shown == {"USD": "2.50"}
    assert run.totals().zeros == {"fee_changed": 2}


def test_two_plans_at_once_are_two_lines(
    customers: Customers, outage: Incident, page: Page, mailstore: Component, tiers: SlaPolicy,
    by: Actor,
) -> None:  # fmt: skip
    more = Plan.add(page, "More", components=[mailstore], by=by, at=DOWN)
    first = customers.join("a")
    customers.sign(first.account, plan=more, fee="20.00")
    assert run_of(tiers, by).totals().shown == {"USD": "7.50"}


def test_a_plans_own_policy_wins_over_the_pages_default(
    customers: Customers, outage: Incident, page: Page, plan: Plan, mailstore: Component,
    tiers: SlaPolicy, by: Actor,
) -> None:  # fmt: skip
    own = SlaPolicy.write(
        page, "10x", {"kind": "multiplier", "multiplier": "10"}, plan=plan, by=by, at=DOWN
    )
    plain = Plan.add(page, "Plain", components=[mailstore], by=by, at=DOWN)
    customers.join("own")
    customers.join("plain", plan=plain)
    assert [line.given for line in run_of(own, by).lines.all()] == ["2.61 USD"]
    assert [line.given for line in run_of(tiers, by).lines.all()] == ["2.50 USD"]


def test_less_than_half_of_the_smallest_coin_is_nothing_with_a_reason(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor
) -> None:
    customers.join("a", fee="0.01")
    assert line_of(run_of(tiers, by), "a").reason == "below_minimum"


def test_accounts_hurt_alike_share_one_piece_of_evidence(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor
) -> None:
    for number in range(20):
        customers.join(f"a{number}")
    run = run_of(tiers, by)
    assert (run.classes.count(), run.classes.get().contracts, run.lines.count()) == (1, 20, 20)
    assert run.classes.get().reproduced()


def test_computing_again_gives_the_same_bytes(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor
) -> None:
    customers.join("a")
    run = run_of(tiers, by)
    before = (run.inputs_sha256, run.classes.get().evidence)
    run.compute(by=by, at=LATER + timedelta(days=1))
    assert (run.inputs_sha256, run.classes.get().evidence) == before


def test_six_months_go_to_all_mailstore_accounts_in_kind(
    customers: Customers, outage: Incident, page: Page, component: Component, goodwill: SlaPolicy,
    by: Actor, second: Actor,
) -> None:  # fmt: skip
    webmail = Plan.add(page, "Webmail only", components=[component], by=by, at=DOWN)
    customers.join("a", fee="49.95", interval="year", paid_until=date(2013, 8, 31))
    customers.join("b")
    customers.join("w", plan=webmail)
    run = run_of(goodwill, by, outage)
    line = line_of(run, "a")
    assert (line.given, line.amount_minor) == ("6 months", 2498)
    assert (line.paid_until, line.paid_until_after) == (date(2013, 8, 31), date(2014, 2, 28))
    assert line.formula.endswith("goodwill -> 6 months of 49.95 / 12 = 24.98 USD")
    totals = run.totals()
    assert (totals.months, totals.money, totals.worth_shown) == (12, {}, {"USD": "84.98"})
    assert issue(run, by, second) == 2
    ledger = LedgerEntry.objects.filter(account=line.account)
    assert (ledger.months(), ledger.money()) == (6, {})
    outage.refresh_from_db()
    assert outage.credit_statement is not None
    assert outage.credit_statement["text"] == (
        "We give six months of service to all Mailstore accounts."
    )


def test_goodwill_can_be_turned_into_money(
    customers: Customers, outage: Incident, goodwill: SlaPolicy, by: Actor
) -> None:
    customers.join("a", fee="49.95", interval="year")
    run = run_of(goodwill, by, outage, unit=Unit.MONEY)
    assert run.totals().shown == {"USD": "24.98"}


def test_goodwill_reaches_a_renewed_account_once(
    customers: Customers, outage: Incident, goodwill: SlaPolicy, by: Actor
) -> None:
    old = customers.join("a", valid_to=date(2012, 12, 20))
    new = customers.sign(old.account, valid_from=date(2012, 12, 20))
    run = run_of(goodwill, by, outage)
    assert [line.contract for line in run.lines.all()] == [new]


def test_goodwill_goes_to_the_components_that_were_named(
    customers: Customers,
    outage: Incident,
    page: Page,
    component: Component,
    mailstore: Component,
    goodwill: SlaPolicy,
    by: Actor,
) -> None:
    webmail = Plan.add(page, "Webmail only", components=[component], by=by, at=DOWN)
    customers.join("w", plan=webmail)
    named = customers.join("a")
    ImpactWindow.record(
        component,
        level=Level.PARTIAL_OUTAGE,
        kind=ImpactKind.DATA_LOSS,
        start=DOWN,
        end=UP,
        incident=outage,
        by=by,
        at=LATER,
    )
    assert run_of(goodwill, by, outage).totals().accounts == 2
    run = run_of(goodwill, by, outage, components=[mailstore])
    assert [line.contract for line in run.lines.all()] == [named]
    assert run.statement["components"] == ["Mailstore"]


def test_those_who_have_left_are_listed_apart(
    customers: Customers, outage: Incident, goodwill: SlaPolicy, by: Actor
) -> None:
    customers.join("stays")
    gone = customers.join("gone", valid_to=date(2012, 12, 20))
    run = run_of(goodwill, by, outage)
    assert [line.contract for line in run.lines.left(LATER)] == [gone]


@pytest.mark.parametrize("unit", ["MONEY", "barter"])
def test_a_unit_that_does_not_exist_is_refused(
    outage: Incident, goodwill: SlaPolicy, by: Actor, unit: str
) -> None:
    with pytest.raises(ValidationError, match="none of"):
        run_of(goodwill, by, outage, unit=unit)


def test_a_draft_that_makes_no_sense_is_refused_by_the_name_of_its_field(
    outage: Incident, tiers: SlaPolicy, goodwill: SlaPolicy, page: Page, by: Actor
) -> None:
    elsewhere = Page.found(name="Other", slug="other", by=by, at=DOWN)
    for field, arguments in {
        "incidents": (page, goodwill, "2012-12"),
        "month": (page, tiers, "2012-13"),
        "policy": (elsewhere, tiers, "2012-12"),
    }.items():
        with pytest.raises(ValidationError) as refused:
            CreditRun.draft(*arguments, by=by, at=LATER)
        assert list(refused.value.message_dict) == [field]
    with pytest.raises(ValidationError, match="worked out"):
        CreditRun.draft(page, tiers, "2012-12", incidents=[outage], by=by, at=LATER)
    theirs = Component.add(elsewhere, "API", by=by, at=DOWN)
    with pytest.raises(ValidationError, match="on another page"):
        CreditRun.draft(
            page, goodwill, "2012-12", incidents=[outage], components=[theirs], by=by, at=LATER
        )
    with pytest.raises(ValidationError, match="months of service"):
        CreditRun.draft(page, tiers, "2012-12", unit=Unit.MONTHS, by=by, at=LATER)
    assert not CreditRun.objects.exists()


def test_whoever_prepared_a_run_cannot_approve_it_not_even_by_token(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor, alice: User
) -> None:
    customers.join("a")
    run = run_of(tiers, by)
    token, _ = ApiToken.issue(owner=alice, name="robot", scopes=["credits:write"], at=LATER)
    for actor in (by, Actor.token(token), Actor.system()):
        with pytest.raises(ValidationError) as refused:
            run.approve(by=actor, at=LATER)
        assert list(refused.value.message_dict) == ["approved_by"]
    assert run.state == RunState.COMPUTED


def test_what_a_machine_drafted_is_prepared_by_the_one_who_computes_it(
    customers: Customers, outage: Incident, tiers: SlaPolicy, page: Page, by: Actor, second: Actor
) -> None:
    customers.join("a")
    run = CreditRun.draft(page, tiers, "2012-12", by=Actor.system(), at=LATER)
    run.compute(by=by, at=LATER)
    with pytest.raises(ValidationError, match="prepared this"):
        run.approve(by=by, at=LATER)
    run.approve(by=second, at=LATER)


def test_the_database_itself_refuses_one_pair_of_eyes(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor
) -> None:
    run = run_of(tiers, by)
    row = CreditRun.objects.filter(pk=run.pk)
    for change in (
        {"approved_by_person_id": by.person_id},
        {"state": "approved"},
        {"state": "issued", "approved_by_person_id": 10**6, "provisional": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**change)


def test_issuing_writes_the_ledger_states_the_credit_and_does_so_once(
    customers: Customers, outage: Incident, tiers: SlaPolicy, page: Page, by: Actor, second: Actor
) -> None:
    contract = customers.join("a")
    customers.join("free", fee="0.00")
    postmortem = Postmortem.draft(page, title="Why", incidents=[outage], by=by, at=LATER)
    run = run_of(tiers, by)
    assert (issue(run, by, second), run.issue(by=by, at=LATER)) == (1, 0)
    entry = LedgerEntry.objects.get()
    assert entry.key == f"cr_{run.public_id}_{contract.public_id}"
    assert (entry.given, entry.issued_at) == ("2.50 USD", LATER)
    assert entry.evidence_sha256 == run.classes.get().sha256
    assert entry.description == "19 h 27 min of 744 h = 97.3857 %; below 99 % -> 25 %"
    assert LedgerEntry.objects.of(contract.account).money() == {"USD": 250}
    outage.refresh_from_db()
    postmortem.refresh_from_db()
    assert outage.credit_statement == postmortem.credit_statement
    assert outage.credit_statement == CreditRun.objects.statement([outage])
    events = Event.objects.filter(kind__startswith="credits.").order_by("pk")
    kinds = events.values_list("kind", flat=True)
    assert list(kinds) == [
        "credits.run_drafted",
        "credits.run_computed",
        "credits.run_approved",
        "credits.run_issued",
    ]


def test_the_public_statement_tells_of_no_account_and_no_sum(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor, second: Actor
) -> None:
    customers.join("secret", fee="77.77")
    run = run_of(tiers, by)
    issue(run, by, second)
    said = json.dumps(CreditRun.objects.statement([outage]))
    assert "Secret" not in said
    assert "19.44" not in said


def test_two_runs_about_one_incident_are_both_stated(
    customers: Customers, outage: Incident, tiers: SlaPolicy, goodwill: SlaPolicy, by: Actor,
    second: Actor,
) -> None:  # fmt: skip
    customers.join("a")
    issue(run_of(tiers, by), by, second)
    issue(run_of(goodwill, by, outage), by, second, LATER + timedelta(hours=1))
    outage.refresh_from_db()
    assert outage.credit_statement is not None
    assert [part["kind"] for part in outage.credit_statement["statements"]] == ["sla", "goodwill"]


def test_a_run_that_pays_nobody_states_nothing(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor, second: Actor
) -> None:
    customers.join("free", fee="0.00")
    assert issue(run_of(tiers, by), by, second) == 0
    outage.refresh_from_db()
    assert outage.credit_statement is None


def test_nobody_is_paid_twice_for_one_month(
    customers: Customers, outage: Incident, tiers: SlaPolicy, goodwill: SlaPolicy, by: Actor,
    second: Actor,
) -> None:  # fmt: skip
    customers.join("a")
    for policy, incidents in ((tiers, ()), (goodwill, (outage,))):
        issue(run_of(policy, by, *incidents), by, second)
        again = run_of(policy, by, *incidents)
        with pytest.raises(ValidationError, match="given this already"):
            issue(again, by, second)
        again.refresh_from_db()
        assert again.state == RunState.APPROVED
    assert LedgerEntry.objects.count() == 2


def test_a_month_that_is_not_over_can_be_seen_but_not_approved(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor, second: Actor
) -> None:
    customers.join("a")
    run = run_of(tiers, by, at=datetime(2012, 12, 20, tzinfo=UTC))
    assert run.provisional
    assert run.totals().shown == {"USD": "2.50"}
    with pytest.raises(ValidationError, match="provisional"):
        run.approve(by=second, at=LATER)


def test_an_open_incident_makes_a_run_provisional(
    customers: Customers,
    page: Page,
    mailstore: Component,
    tiers: SlaPolicy,
    by: Actor,
    second: Actor,
) -> None:
    customers.join("a")
    incident = Incident.open(
        page,
        title="Mailstore",
        body="Down.",
        levels={mailstore: Level.MAJOR_OUTAGE},
        by=by,
        at=DOWN,
    )
    run = run_of(tiers, by)
    assert run.provisional
    incident.resolve(body="Up.", by=by, at=LATER, resolved_at=UP)
    run.compute(by=by, at=LATER)
    assert bool(run.provisional) is False
    run.approve(by=second, at=LATER)


def test_a_run_whose_inputs_changed_since_approval_goes_back_to_computed(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor, second: Actor
) -> None:
    customers.join("a")
    run = run_of(tiers, by)
    run.approve(by=second, at=LATER)
    window = ImpactWindow.objects.current().get(incident=outage)
    window.supersede(by=by, at=LATER, end=UP + timedelta(hours=26))
    with pytest.raises(ValidationError, match="has changed"):
        run.issue(by=by, at=LATER)
    run.refresh_from_db()
    assert (run.state, run.approved_by_person_id) == (RunState.COMPUTED, None)
    assert run.totals().shown == {"USD": "10.00"}
    assert not LedgerEntry.objects.exists()
    event = Event.objects.get(kind="credits.run_stale")
    assert (event.before["money"], event.after["money"]) == ({"USD": 250}, {"USD": 1000})
    assert issue(run, by, second) == 1


def test_a_new_version_of_the_policy_changes_no_run_that_was_drafted_before(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor, second: Actor
) -> None:
    customers.join("a")
    run = run_of(tiers, by)
    tiers.revise({"kind": "multiplier", "multiplier": "1"}, by=by, at=LATER)
    assert issue(run, by, second) == 1
    assert str(run.policy_version) == "Tiers@1"
    assert str(tiers.current) == "Tiers@2"


def test_a_rejected_run_is_over(outage: Incident, tiers: SlaPolicy, by: Actor) -> None:
    run = run_of(tiers, by)
    run.reject("Wrong month", by=by, at=LATER)
    for verb in (run.compute, run.approve, run.issue):
        with pytest.raises(ValidationError, match="cannot become"):
            verb(by=by, at=LATER)


def test_a_draft_is_not_approved_before_it_is_computed(
    tiers: SlaPolicy, page: Page, by: Actor, second: Actor
) -> None:
    run = CreditRun.draft(page, tiers, "2012-12", by=by, at=LATER)
    with pytest.raises(ValidationError, match="cannot become"):
        run.approve(by=second, at=LATER)


@pytest.mark.parametrize("table", ["credits_ledgerentry", "credits_slapolicyversion"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_ledger_and_policy_versions_only_grow(
    customers: Customers, outage: Incident, tiers: SlaPolicy, by: Actor, second: Actor,
    table: str, verb: str,
) -> None:  # fmt: skip
    customers.join("a")
    issue(run_of(tiers, by), by, second)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(table))


@pytest.mark.parametrize(
    ("field", "name", "body"),
    [
        ("name", "", TIERS),
        ("name", "Tiers", TIERS),
        ("plan", "Another default", TIERS),
        ("tiers", "Empty", {"kind": "tiered", "tiers": []}),
        ("rounding", "Half up", {**TIERS, "rounding": "half_up"}),
    ],
)
def test_a_policy_is_checked_before_it_is_written(
    tiers: SlaPolicy, page: Page, by: Actor, field: str, name: str, body: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as refused:
        SlaPolicy.write(page, name, body, by=by, at=LATER)
    assert list(refused.value.message_dict) == [field]
    assert SlaPolicy.objects.count() == 1


def test_a_contract_policy_does_not_turn_into_goodwill(tiers: SlaPolicy, by: Actor) -> None:
    with pytest.raises(ValidationError, match="two policies"):
        tiers.revise({"kind": "flat_months", "months": 6}, by=by, at=LATER)
