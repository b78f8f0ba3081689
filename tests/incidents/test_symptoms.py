"""Somebody pastes the error that they saw, and finds the incident."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.core.likeness import Phrase, Rarity, likeness
from incidents.models import Component, Incident, Note, Page, Update
from incidents.symptoms import find
from people.actors import Actor

LOOP = "mail for mailstore.<domain> loops back to myself"


@pytest.fixture
def told(incident: Incident, by: Actor, at: datetime) -> Incident:
    """The outage with the texts that senders saw."""
    Note.add(incident, "symptom", LOOP, by=by, at=at)
    Update.post(incident, body="Senders saw `Relay access denied` in what came back.", by=by, at=at)
    return incident


@pytest.fixture
def other(page: Page, component: Component, by: Actor, at: datetime) -> Incident:
    """Another one, about something else."""
    return Incident.open(
        page,
        title="Sign-in is slow",
        body="The web mail asks for the password twice.",
        by=by,
        at=at + timedelta(minutes=1),
    )


def found(page: Page, query: str) -> list[str]:
    page.refresh_from_db()
    return [match.incident.title for match in find(page, query)]


@pytest.mark.parametrize(
    "pasted",
    [
        "Relay access denied",
        "RELAY ACCESS DENIED",
        "relay  access\ndenied",
        "“Relay access denied”",
        "relay acces denied",
        "554 5.7.1 <joe@example.com>: Relay access denied",
        "<joe@example.com>: mail for mailstore.example.com loops back to myself",
        """Your message to joe@example.com, id 4F1C2A99, could not be delivered.

        The mail system: mail for
            mailstore.example.net loops back
         to myself
        """,
        "mail cannot be read",
    ],
)
def test_the_outage_is_found_by_what_its_readers_saw(
    told: Incident, other: Incident, pasted: str
) -> None:
    assert found(told.page, pasted)[:1] == ["Mail cannot be read"]


@pytest.mark.parametrize("pasted", ["", "   ", "printer on fire", "?!", "12345"])
def test_what_nobody_wrote_about_finds_nothing(
    told: Incident, other: Incident, pasted: str
) -> None:
    assert found(told.page, pasted) == []


@given(
    ids=st.lists(
        st.from_regex(r"[A-F0-9]{3}[0-9]|<[a-z]{1,8}@[a-z]{1,8}[.]example>", fullmatch=True)
    ),
    gaps=st.lists(st.sampled_from([" ", "\n", "\r\n  ", "\t", " “", "” ", " '", ": "]), min_size=3),
    shout=st.booleans(),
)
def test_what_varies_from_reader_to_reader_does_not_matter(
    ids: list[str], gaps: list[str], shout: bool
) -> None:
    words = ["Relay", "access", "denied"]
    pasted = " ".join(ids) + gaps[0] + gaps[1].join(words) + gaps[2]
    asked = Phrase.of(pasted.upper() if shout else pasted)
    known = Phrase.of("Relay access denied")
    assert asked.vocabulary >= known.vocabulary
    assert likeness(asked, known, Rarity([known])) == 1


@given(st.text(), st.text())
def test_a_likeness_lies_between_nothing_and_everything(one: str, other: str) -> None:
    asked, known = Phrase.of(one), Phrase.of(other)
    assert 0 <= likeness(asked, known, Rarity([known])) <= 1 + 1e-9


@pytest.mark.parametrize("code", ["550 5.7.1", "5.7.1", "550", "#5.7.1", "<joe@example.com>: 550"])
def test_a_code_alone_is_found(
    told: Incident, other: Incident, by: Actor, at: datetime, code: str
) -> None:
    Update.post(told, body="They got `550 5.7.1 Denied`.", by=by, at=at)
    assert found(told.page, code) == ["Mail cannot be read"]


@pytest.mark.parametrize("pasted", ["5.7", "7", "12:57", "printer on fire, 550 5.7.1"])
def test_figures_are_taken_whole_and_count_for_nothing_beside_words(
    told: Incident, by: Actor, at: datetime, pasted: str
) -> None:
    Update.post(told, body="They got `550 5.7.1 Denied` at 12:30.", by=by, at=at)
    assert found(told.page, pasted) == []


def test_a_text_within_an_update_is_found_too(told: Incident, other: Incident) -> None:
    assert found(told.page, "asks for the password twice") == ["Sign-in is slow"]


def test_what_is_not_public_is_not_found(told: Incident, by: Actor, at: datetime) -> None:
    Incident.open(
        told.page, title="Rehearsal of a relay", body="`Relay access denied`", rehearsal=True,
        by=by, at=at,
    )  # fmt: skip
    assert found(told.page, "Relay access denied") == ["Mail cannot be read"]
    told.withdraw("Never was", by=by, at=at)
    assert found(told.page, "Relay access denied") == []


def test_a_redacted_update_and_a_withdrawn_symptom_are_not_found(
    told: Incident, by: Actor, at: datetime
) -> None:
    told.updates.latest("number").redact("It named a customer", by=by, at=at)
    told.notes.get().change(state="withdrawn", by=by, at=at)
    assert found(told.page, "Relay access denied") == []
    assert found(told.page, LOOP) == []


def test_searching_again_asks_only_for_what_was_found(
    told: Incident, django_assert_max_num_queries: object
) -> None:
    found(told.page, "Relay access denied")
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        find(told.page, "loops back to myself")
