"""The API itself: its operations, its parser, its description."""

import json
from functools import cached_property
from typing import Any, Final, NoReturn

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from api.problems import Problem, translate_errors
from api.views import (
    access,
    actions,
    announcements,
    asides,
    connections,
    corrections,
    deliveries,
    drafts,
    impact,
    incidents,
    look,
    measured,
    messages,
    notes,
    pages,
    planning,
    postmortems,
    promises,
    recurrences,
    routes,
    subscribers,
    suppressions,
    templates,
    ties,
    webhooks,
)

DESCRIPTION: Final = """
Everything that is public can be read without a key, from any site. With a token
(`Authorization: Bearer cnd_...`) its owner's private pages and drafts are read too, and a token
with the scope for it writes. Times are ISO 8601 and always say their zone; answers are in UTC.
Lists come in steps: send `next_cursor` as `cursor`. Errors are RFC 9457 problem details, whose
`errors` name each field as it was sent. A write with an `Idempotency-Key` happens once.
""".strip()


class StrictParser(Parser):
    """JSON as the standard has it: no NaN, no Infinity."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body, or raise ValueError."""
        parsed: dict[str, Any] = json.loads(request.body, parse_constant=_no_constant)
        return parsed


class Face(NinjaAPI):
    """NinjaAPI whose description says that errors are problem details."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the OpenAPI 3.1 document.

        Making it takes a second and anybody may ask for it, so it is made once.
        """
        asked = repr(sorted(options.items()))
        if asked not in self._described:
            self._described[asked] = self._describe(**options)
        return self._described[asked]

    @cached_property
    def _described(self) -> dict[str, OpenAPISchema]:
        return {}

    def _describe(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        schemes = schema["components"].setdefault("securitySchemes", {})
        schemes["Bearer"] = {"type": "http", "scheme": "bearer", "bearerFormat": "cnd_..."}
        return schema


def build() -> Face:
    """Return the API with all of its operations."""
    face = Face(
        title="Candor API",
        version="3.0.0",
        description=DESCRIPTION,
        urls_namespace="api",
        parser=StrictParser(),
    )
    translate_errors(face)
    for module in (
        pages, look, access, incidents, promises, corrections, notes, messages, planning,
        recurrences, postmortems, actions, measured, impact, ties, announcements, asides, drafts,
        templates, suppressions, routes, connections, subscribers, deliveries, webhooks,
    ):  # fmt: skip
        face.add_router("", module.router)
    return face


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
