"""How an artefact is answered: validators, caching, who may read it."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from incidents.core.viewers import let_in_to
from publishing.artefact import Artefact
from publishing.headers import FRAMED, headers_of, may_be_framed

ACROSS: Final = ("Cache-Control", "ETag", "Access-Control-Allow-Origin", "Content-Language")


def for_artefact(request: HttpRequest, artefact: Artefact) -> HttpResponse:
    """Answer with the artefact, or 304 to whoever has it."""
    headers = headers_of(artefact.path, artefact.content_type)
    response = HttpResponse(artefact.body, headers=headers, status=artefact.status)
    if artefact.language:
        response["Content-Language"] = artefact.language
    if artefact.status == 200:
        response = _conditional(request, response, artefact.etag)
    # No other site frames a private page: it would show what its visitor alone may read.
    is_framed = may_be_framed(artefact.path) and let_in_to() is None
    return _framed(response) if is_framed else response


def for_one_reader(artefact: Artefact) -> HttpResponse:
    """Answer what concerns the asker alone: no cache keeps it, no link tells of it."""
    response = HttpResponse(
        artefact.body, content_type=artefact.content_type, status=artefact.status
    )
    response["Content-Language"] = artefact.language
    return kept_nowhere(response)


def kept_nowhere(response: HttpResponse) -> HttpResponse:
    """Let no cache keep what is one reader's own, and no link tell of it."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _framed(response: HttpResponse) -> HttpResponse:
    """Let other sites show it in a frame, and it do nothing but that."""
    response["Content-Security-Policy"] = FRAMED
    response.xframe_options_exempt = True
    return response


def _conditional(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    kept = dict(response.items())
    answer = get_conditional_response(request, etag=etag, response=response) or response
    for name in ACROSS:
        if name in kept:
            answer[name] = kept[name]
    return answer
