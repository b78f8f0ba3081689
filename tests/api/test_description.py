"""The OpenAPI document and docs/api.md say what the API does."""

import json
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from pydantic import BaseModel

from incidents.models import Incident, Note, ReaderMessage
from people.actors import Actor
from tests.api.conftest import Asking

DOCS = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture
def described(reader: Asking) -> Any:
    """The OpenAPI document."""
    return reader.get("openapi.json").json()


def operations(described: Any) -> list[tuple[str, str, Any]]:
    """Return (method, path, operation) of each operation."""
    return [
        (method, path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_openapi_3_1_below_api_v3(described: Any) -> None:
    assert described["openapi"] == "3.1.0"
    assert all(path.startswith("/api/v3/") for _, path, _ in operations(described))


def test_every_operation_has_a_summary_and_a_name_of_its_own(described: Any) -> None:
    names = [operation["operationId"] for *_, operation in operations(described)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+[A-Z]\w+", name)
               for name in names)  # fmt: skip
    assert all(operation["summary"] for *_, operation in operations(described))


def test_errors_are_described_as_problems(described: Any) -> None:
    for method, path, operation in operations(described):
        for status, answer in operation["responses"].items():
            wanted = "application/problem+json" if int(status) >= 400 else "application/json"
            assert list(answer["content"]) == [wanted], (method, path, status)
        assert {"401", "404", "422", "429"} <= set(operation["responses"])


def test_reads_are_open_and_writes_need_a_key(described: Any) -> None:
    for method, _, operation in operations(described):
        assert operation["security"] == (
            [{}, {"Bearer": []}] if method == "get" else [{"Bearer": []}]
        )
    assert described["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"


def test_writes_take_an_idempotency_key_and_show_an_example(described: Any) -> None:
    for method, _, operation in operations(described):
        headers = [each["name"] for each in operation["parameters"] if each["in"] == "header"]
        guarded = ["If-Match"] if "412" in operation["responses"] else []
        assert headers == ([] if method == "get" else ["Idempotency-Key", *guarded])
        if method != "get":
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            name = schema["$ref"].rpartition("/")[2]
            assert described["components"]["schemas"][name]["examples"]


def test_every_reference_leads_somewhere(described: Any) -> None:
    schemas = described["components"]["schemas"]
    references = re.findall(r"#/components/schemas/([\w\[\]]+)", str(described))
    assert set(references) <= set(schemas)


@pytest.mark.parametrize(
    ("name", "clock"),
    [
        ("openIncident", "12:05"),
        ("postUpdate", "12:10"),
        ("resolveIncident", "14:40"),
        ("reopenIncident", "14:50"),
        ("setLevel", "12:05"),
        ("scheduleMaintenance", "12:05"),
        ("addNote", "12:05"),
        ("changeNote", "12:05"),
        ("withdrawNote", "12:05"),
        ("reportProgress", "12:05"),
        ("answerMessage", "12:05"),
        ("answerMessageInUpdate", "12:05"),
        ("declineMessage", "12:05"),
    ],
)
def test_the_examples_are_accepted(
    described: Any,
    writer: Asking,
    incident: Incident,
    by: Actor,
    at: datetime,
    name: str,
    clock: str,
) -> None:
    if name == "reopenIncident":
        incident.resolve(body="It is back.", by=by, at=at + timedelta(hours=1))
    component = incident.page.components.get().public_id
    kind = "work" if name == "reportProgress" else "advice"
    note = Note.add(incident, kind, "Wait", by=by, at=at)
    asked = ReaderMessage.receive(incident, kind="question", text="Why?", at=at)
    names = {"page": "mail", "incident": incident.public_id, "component": component}
    names |= {"note": note.public_id, "message": asked.public_id}
    with time_machine.travel(f"2026-03-02T{clock}:00Z"):
        method, path, example = _example(described, name)
        sent = json.dumps(example).replace("ab12cd34ef56", component).encode()
        answer = getattr(writer, method)(path.format(**names).removeprefix("/api/v3/"), sent)
    assert answer.status_code in {200, 201}, answer.content


def _example(described: Any, name: str) -> tuple[str, str, Any]:
    method, path, operation = next(
        each for each in operations(described) if each[2]["operationId"] == name
    )
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = described["components"]["schemas"][reference.rpartition("/")[2]]
    return method, path, schema["examples"][0]


def test_every_operation_is_in_the_docs(described: Any) -> None:
    text = DOCS.read_text(encoding="utf-8")
    for method, path, operation in operations(described):
        row = (
            f"| `{operation['operationId']}` | `{method.upper()} {path.removeprefix('/api/v3')}` |"
        )
        assert row in text, row


def test_the_docs_page_loads_nothing_from_elsewhere(reader: Asking) -> None:
    page = reader.get("docs").content.decode()
    assert re.findall(r'(?:src|href)="([^"]+)"', page)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert not re.findall(r"<script>|<style|\son\w+=|\sstyle=", page)


def test_no_two_shapes_share_a_name(described: Any) -> None:
    """Of two, the description would show one in the place of both."""
    shapes = [each for each in _below(BaseModel) if each.__module__.startswith("api.")]
    names = Counter(each.__name__ for each in shapes)
    assert [name for name, count in names.items() if count > 1] == []
    assert len(described["components"]["schemas"]) > 100


def _below(shape: type[BaseModel]) -> set[type[BaseModel]]:
    return {each for child in shape.__subclasses__() for each in {child, *_below(child)}}
