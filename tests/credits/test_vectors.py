"""Worked vectors: right, or refused by name; never wrong."""

import copy
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from credits.core.vectors import failures

FILE = Path(__file__).with_name("credit_vectors.json")
VECTORS: dict[str, dict[str, Any]] = {
    vector["name"]: vector for vector in json.loads(FILE.read_text(encoding="utf-8"))
}
PROMISED = (
    "mailstore-tiered mailstore-goodwill-6-months mailstore-corrupted-index-account "
    "mailstore-100x-capped overlap-union-not-sum threshold-exact-99.9 jpy-no-decimals"
).split()
BESIDES = (
    "mailstore-prorata-1x partial-weight-30pct dst-spring-forward month-boundary-december-utc "
    "offset-typo-est-minus-5 open-ended-provisional cancelled-period-denominator "
    "quarter-of-fees published-uptime-100x billing-cycle-not-calendar-month"
).split()
REFUSED = {
    "mailstore-10x-beyond-commitment": "deductible",
    "min-consecutive-5min-merge-first": "min_consecutive_seconds",
    "maintenance-excluded-with-notice": "maintenance_notice_hours",
    "late-joiner-active-denominator": "denominator",
    "kwd-half-up-tie": "rounding",
    "min-credit-not-exceeded": "min_credit_exclusive",
    "step-or-portion-thereof": "kind step",
    "days-of-service-table": "kind days",
    "error-rate-5min-buckets": "kind error_rate",
    "plan-change-mid-month": "fee_segments",
    "per-component-fee": "combine",
    "weighted-components": "combine",
    "per-incident-cap-50x": "kind multiplier_per_incident",
    "correction-up": "already_issued",
    "granularity-minute-floor": "granularity",
    "excluded-force-majeure-slice": "excluded",
    "annual-cap-remaining": "cap_year_remaining",
    "allocate-usd-thirds": "kind allocation",
    "allocate-kwd-weighted": "kind allocation",
}


@pytest.mark.parametrize("name", PROMISED + BESIDES)
def test_a_vector_that_is_understood_is_met_to_the_last_digit(name: str) -> None:
    assert failures(VECTORS[name]) == []


@pytest.mark.parametrize("name", sorted(VECTORS.keys() - set(PROMISED + BESIDES)))
def test_every_other_vector_is_refused_by_the_name_of_its_field(name: str) -> None:
    assert failures(VECTORS[name]) == [f"not supported yet: {REFUSED[name]}"]


def places(value: Any) -> Iterator[Any]:
    """Return every object inside a vector."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from places(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from places(inner)


@pytest.mark.parametrize("name", PROMISED + BESIDES)
def test_an_unknown_field_anywhere_is_refused_and_not_overlooked(name: str) -> None:
    for number in range(len(list(places(VECTORS[name])))):
        vector = copy.deepcopy(VECTORS[name])
        list(places(vector))[number]["surprise"] = 1
        assert failures(vector) == ["not supported yet: surprise"]


@pytest.mark.parametrize("junk", [None, 1, 1.5, "x", [], {}, [[]], True, "١"])
def test_junk_anywhere_is_a_failure_and_never_a_crash(junk: object) -> None:
    for vector in VECTORS.values():
        for number, place in enumerate(places(vector)):
            for field in place.keys() - {"name", "note", "source", "component", "id", "version"}:
                spoilt = copy.deepcopy(vector)
                list(places(spoilt))[number][field] = junk
                assert isinstance(failures(spoilt), list)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("credit", "2.51"),
        ("downtime_seconds", "70021"),
        ("period_seconds", 1),
        ("uptime_pct_6dp_trunc", "97.385753"),
        ("currency", "EUR"),
        ("capped", True),
        ("provisional", True),
    ],
)
def test_a_figure_that_differs_is_a_failure(field: str, wrong: object) -> None:
    vector = copy.deepcopy(VECTORS["mailstore-tiered"])
    vector["expected"][field] = wrong
    assert len(failures(vector)) == 1


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("timezone",), "Mars/Olympus", "timezone"),
        (("period", "month"), "2012-13", "month"),
        (("account", "fee"), "ten", "fee"),
        (("account", "fee"), "10.001", "fee"),
        (("account", "currency"), "XYZ", "currency"),
        (("account", "fee_basis"), "weekly", "not supported yet"),
        (("intervals", 0, "end"), "2012-12-13T12:00:00", "end"),
        (("intervals", 0, "end"), None, "as_of"),
        (("intervals", 0, "status"), "on_fire", "status"),
        (("intervals", 0, "accounts"), "acct-1", "accounts"),
        (("intervals", 0, "start"), "2012-12-13T12:46:00.5", "start"),
        (("intervals", 0, "start"), "yesterday", "start"),
    ],
)
def test_bad_input_names_its_field(path: tuple[Any, ...], value: object, field: str) -> None:
    vector = copy.deepcopy(VECTORS["mailstore-tiered"])
    place = vector
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert [line.startswith(field) for line in failures(vector)] == [True]


def test_a_local_time_that_the_clock_skips_is_refused() -> None:
    vector = copy.deepcopy(VECTORS["dst-spring-forward"])
    vector["intervals"][0]["start"] = "2024-03-10T02:30:00"
    assert "skips" in failures(vector)[0]


def test_the_command_names_each_failure_and_counts() -> None:
    said = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("check_credits", str(FILE), stdout=said)
    lines = said.getvalue().splitlines()
    assert left.value.code == 1
    assert "correction-up: not supported yet: already_issued" in lines
    assert lines[-1] == f"{len(VECTORS)} vectors, {len(REFUSED)} failures"


def test_the_command_is_content_when_every_vector_is_met(tmp_path: Path) -> None:
    chosen = tmp_path / "vectors.json"
    chosen.write_text(json.dumps([VECTORS[name] for name in PROMISED]), encoding="utf-8")
    said = StringIO()
    call_command("check_credits", str(chosen), stdout=said)
    assert said.getvalue() == "7 vectors, 0 failures\n"


def test_a_bare_decimal_in_the_file_is_read_exactly(tmp_path: Path) -> None:
    chosen = tmp_path / "vectors.json"
    text = json.dumps([VECTORS["threshold-exact-99.9"]]).replace('"99.9"', "99.9")
    chosen.write_text(text, encoding="utf-8")
    call_command("check_credits", str(chosen), stdout=StringIO())


@pytest.mark.parametrize("text", ["", "{}", "[1]", "[{]"])
def test_a_file_that_holds_no_vectors_is_refused(tmp_path: Path, text: str) -> None:
    chosen = tmp_path / "vectors.json"
    chosen.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("check_credits", str(chosen))
