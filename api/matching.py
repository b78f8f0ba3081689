"""If-Match on what several may edit: the tag of a resource is the fingerprint of its texts."""

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from api.problems import Refusal
from incidents.core import checks, conflicts

DOCUMENTED: Final[dict[str, Any]] = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "The `ETag` of what you read; 412 with what stands now if somebody changed it.",
    "schema": {"type": "string", "maxLength": 2000},
}


def tagged(response: HttpResponse, seen: str) -> None:
    """Let the answer carry the tag that a change sends back."""
    response["ETag"] = f'"{seen}"'


def seen_of(request: HttpRequest, *fields: str) -> str:
    """Return the fingerprint of `fields` that was sent as If-Match; "" without one."""
    sent = _sent(request)
    if sent and not conflicts.read(sent).keys() & set(fields):
        raise _strange()
    return sent


def version_of(request: HttpRequest) -> int | None:
    """Return the version that was sent as If-Match; None without one."""
    sent = _sent(request)
    version = checks.number(sent)
    if sent and version is None:
        raise _strange()
    return version


def _sent(request: HttpRequest) -> str:
    sent = request.headers.get("If-Match", "").strip()
    return "" if sent == "*" else sent.removeprefix("W/").strip('"')


def _strange() -> Refusal:
    status = HTTPStatus.PRECONDITION_FAILED
    return Refusal(status, "If-Match is no tag of this; send the ETag that reading it gave.")
