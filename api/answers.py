"""What a write answers: a status, what it made and where that is; once per Idempotency-Key."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, Final

from django.http import HttpResponse
from django.urls import reverse
from pydantic import BaseModel

from api.callers import Call
from api.models import HEADER, KeptAnswer

JSON: Final = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a write."""

    shown: BaseModel
    status: HTTPStatus = HTTPStatus.OK
    location: str = ""
    again: BaseModel | None = None
    """What is kept and answered the next time, where `shown` is to be seen only once."""

    @classmethod
    def created(
        cls, shown: BaseModel, door: str, *, again: BaseModel | None = None, **names: str
    ) -> "Answer":
        """Return 201 with the address of the new resource, which the operation `door` reads."""
        return cls(shown, HTTPStatus.CREATED, reverse(f"api:{door}", kwargs=names), again)


def once[**P](
    write: Callable[Concatenate[Call, P], Answer],
) -> Callable[..., HttpResponse]:
    """Let `write` happen once for each Idempotency-Key of a token, and answer alike ever after."""

    @wraps(write)
    def written(request: Call, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        key = request.headers.get(HEADER)
        if key is None:
            return _first(write(request, *args, **kwargs))
        caller = request.auth
        kept = KeptAnswer.claim(caller.key, key.strip(), _digest(request), at=caller.at)
        if kept.is_kept:
            return _response(kept.status or 0, kept.body, kept.location, replayed=True)
        with kept.filling():
            answer = write(request, *args, **kwargs)
            _fill(kept, answer)
        return _first(answer)

    return written


def _fill(kept: KeptAnswer, answer: Answer) -> None:
    kept.status = answer.status
    kept.body = (answer.again or answer.shown).model_dump_json()
    kept.location = answer.location


def _first(answer: Answer) -> HttpResponse:
    return _response(answer.status, answer.shown.model_dump_json(), answer.location)


def _response(status: int, body: str, location: str, *, replayed: bool = False) -> HttpResponse:
    told = {"Location": location, "Idempotency-Replayed": "true" if replayed else ""}
    headers = {name: value for name, value in told.items() if value}
    return HttpResponse(body, status=status, content_type=JSON, headers=headers)


def _digest(request: Call) -> str:
    whole = f"{request.method} {request.path}\n".encode() + request.body
    return hashlib.sha256(whole).hexdigest()
