"""Whatever is sent, the API never stumbles: 2xx or a problem that says why."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.core.levels import Impact, Level
from incidents.core.lifecycles import Status
from incidents.models import Incident, Note, NoteKind, NoteState, ReaderMessage
from people.actors import Actor
from people.models import ApiToken, User
from tests.api.conftest import Asking

TEXTS = st.text(st.characters(exclude_categories=[]), max_size=40)
LATIN = st.text(st.characters(max_codepoint=255), max_size=40)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
    | st.sampled_from(["2026-03-02T11:00Z", "2026-03-07T11:00Z", "2026-03-08T11:00+14:00",
                       "9999-12-31T23:59-14:00", "2026-03-02T11:00", "{incident}", "{component}",
                       "**bold** [link](javascript:alert(1))"])
    | st.sampled_from([*Level.values, *Status.values])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(TEXTS | st.just("{component}"), inner, max_size=4)
    ),
    max_leaves=8,
)


def mostly(good: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return what is good as often as what may be anything."""
    return st.booleans().flatmap(lambda plain: good if plain else VALUES)


LEVELS = st.sampled_from(Level.values)
SOON = st.sampled_from(["2026-03-07T01:00Z", "2026-03-08T01:00Z"])
PAST = st.sampled_from(["2026-03-02T11:59Z", "2026-03-02T06:00-06:00"])
GOOD: dict[str, st.SearchStrategy[Any]] = {
    "title": st.just("It is slow"),
    "body": st.just("Yes."),
    "headline": TEXTS,
    "social_text": TEXTS,
    "signature": TEXTS,
    "notify": st.booleans(),
    "status": st.sampled_from(Status.values),
    "levels": st.dictionaries(st.just("{component}"), LEVELS, max_size=1),
    "level": LEVELS,
    "started_at": PAST,
    "happened_at": PAST,
    "resolved_at": PAST,
    "next_update_due": SOON,
    "start": st.just("2026-03-07T00:00Z"),
    "end": SOON,
    "components": st.lists(st.just("{component}"), max_size=2),
    "max_minutes": st.integers(1, 100),
    "corrects": st.none(),
    "impact_override": st.sampled_from(Impact.values),
    "rehearsal": st.booleans(),
    "external_id": TEXTS,
    "metadata": st.dictionaries(TEXTS, VALUES, max_size=3),
}
GOOD |= {
    "kind": st.sampled_from(NoteKind.values),
    "state": st.sampled_from(NoteState.values),
    "answer": st.just("No."),
    "precision": st.just("about"),
    "tell": st.booleans(),
    "words": TEXTS,
    "done_percent": st.integers(-1, 101),
    "text": TEXTS,
    "note": st.just("{note}"),
    "reason": TEXTS,
}
PLAIN = {name: st.just("In one line") for name in ("headline", "reason")}
LIKELY = {name: mostly(good) for name, good in GOOD.items()}
FIELDS = {  # the fields before the bar are required
    "post pages/mail/incidents": "title body | headline social_text signature notify status levels"
    " started_at next_update_due impact_override rehearsal external_id metadata",
    "post incidents/{incident}/updates": "body | headline status levels happened_at corrects"
    " next_update_due notify",
    "put incidents/{incident}/resolution": "body | headline resolved_at notify",
    "post incidents/{incident}/reopenings": "body | levels next_update_due",
    "put components/{component}/level": "level | happened_at",
    "post incidents/{incident}/notes": "kind headline | body answer state happened_at precision",
    "post notes/{note}/changes": "| state headline body answer tell",
    "put notes/{note}/withdrawal": "| words notify next_update_due",
    "post notes/{note}/progress": "done_percent | text happened_at",
    "put messages/{message}/answer": "answer | headline note",
    "put messages/{message}/update": "body | headline notify next_update_due",
    "put messages/{message}/decline": "reason |",
    "post pages/mail/maintenances": "title body start end | components max_minutes notify",
}
ALLOWED = {200, 201, 400, 404, 409, 422}
PATIENT = settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def bodies(fields: str) -> st.SearchStrategy[Any]:
    """Return bodies that are often right, so that the record's own checks are reached."""
    required, optional = (names.split() for names in fields.split("|"))
    plain = st.fixed_dictionaries({name: PLAIN.get(name, GOOD[name]) for name in required})
    mixed = st.fixed_dictionaries(
        {name: LIKELY[name] for name in required},
        optional={name: LIKELY[name] for name in optional},
    )
    return plain | mixed | VALUES


@pytest.fixture
def asking(writer: Asking, incident: Incident) -> Asking:
    """A client whose failures show."""
    return writer


@pytest.mark.parametrize("door", FIELDS)
def test_no_body_makes_the_api_stumble(
    asking: Asking, incident: Incident, by: Actor, at: datetime, door: str
) -> None:
    names = {"incident": incident.public_id, "component": incident.page.components.get().public_id}
    kind = "work" if "progress" in door else "advice"
    note = Note.add(incident, kind, "Wait", by=by, at=at)
    asked = ReaderMessage.receive(incident, kind="question", text="Why?", at=at)
    names |= {"note": note.public_id, "message": asked.public_id}
    method, path = door.format(**names).split()
    seen: set[int] = set()
    if "reopenings" in door:
        incident.resolve(body="It is back.", by=by, at=at)

    @PATIENT
    @given(body=bodies(FIELDS[door]), key=st.none() | LATIN)
    def check(body: Any, key: str | None) -> None:
        sent = json.dumps(body)
        for name, value in names.items():
            sent = sent.replace(f"{{{name}}}", value)
        headers = {} if key is None else {"idempotency_key": key}
        seen.add(_rolled_back(lambda: getattr(asking, method)(path, sent.encode(), **headers)))

    check()
    assert seen & {200, 201}  # the record itself was reached, not only the shapes before it


def test_no_bytes_make_the_api_stumble(asking: Asking) -> None:
    @PATIENT
    @given(body=st.binary(max_size=200))
    def check(body: bytes) -> None:
        _rolled_back(lambda: asking.post("pages/mail/incidents", body))

    check()


def test_no_address_or_query_makes_the_api_stumble(asking: Asking) -> None:
    @PATIENT
    @given(
        path=st.sampled_from(["pages/{}", "pages/{}/incidents", "incidents/{}", "components/{}",
                              "postmortems/{}", "pages/{}/search", "pages/{}/messages", "{}"]),
        name=st.sampled_from(["mail"]) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        query=st.dictionaries(st.sampled_from(["limit", "cursor", "state", "q", "incident", "x"]),
                              st.text(st.characters(exclude_categories=["Cs"]), max_size=20)),
    )  # fmt: skip
    def check(path: str, name: str, query: dict[str, str]) -> None:
        address = "/api/v3/" + path.format(name.replace("?", ""))
        cache.clear()
        answer = asking.client.get(address, query_params=query, headers=asking.headers)
        assert answer.status_code in ALLOWED | {302}, answer.content

    check()


@PATIENT
@given(header=st.text(st.characters(max_codepoint=255), max_size=60))
@pytest.mark.django_db
def test_no_authorization_makes_the_api_stumble(header: str) -> None:
    cache.clear()
    answer = Client().get("/api/v3/pages", headers={"Authorization": header})
    assert answer.status_code in {200, 401}
    assert not ApiToken.objects.exists() or User.objects.exists()


def _rolled_back(ask: Any) -> int:
    cache.clear()
    with transaction.atomic():
        answer = ask()
        assert answer.status_code in ALLOWED, answer.content
        assert answer.status_code < 300 or answer.json()["detail"]
        transaction.set_rollback(True)
    return int(answer.status_code)
