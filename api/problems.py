"""Every error that leaves the API, as RFC 9457 problem details; the one place where it is made."""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as MisshapenError
from pydantic import BaseModel, ConfigDict, Field

from incidents.core.conflicts import Conflict

MEDIA_TYPE: Final = "application/problem+json"
WHOLE: Final = "$"
Errors = dict[str, list[str]]

log = logging.getLogger(__name__)


class Problem(BaseModel):
    """What went wrong, in the form of RFC 9457; `errors` names each field as it was sent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Unprocessable Content",
                    "status": 422,
                    "detail": "title: Write something here.",
                    "errors": {"title": ["Write something here."]},
                }
            ]
        }
    )

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: Errors = Field(default_factory=dict)
    current: dict[str, Any] | None = Field(
        None, description="After 412: what stands now, field by field."
    )


class Refusal(Exception):
    """The API's own no: a status, the reason and the way out."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        errors: Errors | None = None,
        headers: Mapping[str, str] | None = None,
        current: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.current = dict(current) if current else None
        self.status = status
        self.detail = detail
        self.errors = errors or {}
        self.headers = headers or {}


def translate_errors(api: NinjaAPI) -> None:
    """Let `api` answer every exception with a problem."""
    for kind, translate in _TRANSLATORS.items():
        api.add_exception_handler(kind, _handler(translate))


def response_of(refusal: Refusal) -> HttpResponse:
    """Return the answer that says `refusal`."""
    body = Problem(
        title=refusal.status.phrase,
        status=refusal.status,
        detail=refusal.detail,
        errors=refusal.errors,
        current=refusal.current,
    )
    return HttpResponse(
        body.model_dump_json(exclude_none=True),
        status=refusal.status,
        content_type=MEDIA_TYPE,
        headers=dict(refusal.headers),
    )


def _handler(
    translate: Callable[[Any], Refusal],
) -> Callable[[HttpRequest, Any], HttpResponse]:
    def handle(_request: HttpRequest, error: Any) -> HttpResponse:
        return response_of(translate(error))

    return handle


def _crash(error: Exception) -> Refusal:
    log.error("The API stumbled", exc_info=error)
    return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "This is our fault; it has been logged.")


def _out_of_reach(_error: DatabaseError) -> Refusal:
    return Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The record cannot be reached just now; nothing was changed. Send this again in a while.",
    )


def _missing(_error: Http404) -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, "There is nothing here, or nothing that you may see.")


def _too_large(_error: RequestDataTooBig) -> Refusal:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return Refusal(status, "The body is too large; send 1 MB at most.")


def _http(error: HttpError) -> Refusal:
    if error.status_code == HTTPStatus.BAD_REQUEST and error.__cause__ is not None:
        return Refusal(HTTPStatus.BAD_REQUEST, "The body is no JSON; send one JSON object.")
    return Refusal(HTTPStatus(error.status_code), error.message)


def _misshapen(error: MisshapenError) -> Refusal:
    errors: Errors = {}
    for found in error.errors:
        text = str(_PLAINER.get(found["type"], found["msg"]))
        errors.setdefault(_field(found["loc"]), []).append(f"{text.rstrip('.')}.")
    return _invalid(errors)


def _met(conflict: Conflict) -> Refusal:
    """Show what somebody else has stored meanwhile; its tag is what the next attempt sends."""
    errors = {field: list(texts) for field, texts in conflict.message_dict.items()}
    current = {field: json.loads(json.dumps(value, default=str))
               for field, value in conflict.theirs.items()}  # fmt: skip
    return Refusal(
        HTTPStatus.PRECONDITION_FAILED,
        " ".join(dict.fromkeys(conflict.messages)),
        errors=errors,
        current=current,
        headers={"ETag": f'"{conflict.seen}"'},
    )


def _refused(error: ValidationError) -> Refusal:
    if hasattr(error, "error_dict"):
        return _invalid({field: list(texts) for field, texts in error.message_dict.items()})
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, " ".join(error.messages))


def _invalid(errors: Errors) -> Refusal:
    detail = " ".join(f"{field}: {text}" for field, texts in errors.items() for text in texts)
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, detail[:2000], errors=errors)


def _field(location: tuple[str | int, ...]) -> str:
    """Return the dotted name of a field as sent: "title" for ("body", "sent", "title")."""
    source, *rest = location
    parts = rest[1:] if source == "body" else rest
    return ".".join(str(part) for part in parts if part != "[key]") or WHOLE


_PLAINER: Final = {
    "extra_forbidden": "There is no such field here; the docs list those that are",
    "missing": "This is required",
    "model_attributes_type": "Send a JSON object",
    "model_type": "Send a JSON object",
}

_TRANSLATORS: Final[dict[type[Exception], Callable[[Any], Refusal]]] = {
    Exception: _crash,
    OperationalError: _out_of_reach,
    InterfaceError: _out_of_reach,
    Http404: _missing,
    HttpError: _http,
    RequestDataTooBig: _too_large,
    MisshapenError: _misshapen,
    Conflict: _met,
    ValidationError: _refused,
    Refusal: lambda refusal: refusal,
}
