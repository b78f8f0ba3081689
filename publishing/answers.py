"""How an artefact is answered: validators, caching, who may read it."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from publishing.artefact import Artefact
from publishing.assets import Asset

FRESH: Final = "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400"
FRAMED: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
FOREVER: Final = "public, max-age=31536000, immutable"


def for_artefact(request: HttpRequest, artefact: Artefact) -> HttpResponse:
    """Answer with the artefact, or 304 to whoever has it."""
    response = HttpResponse(
        artefact.body, content_type=artefact.content_type, status=artefact.status
    )
    response["Cache-Control"] = FRESH
    if artefact.language:
        response["Content-Language"] = artefact.language
    if artefact.for_every_origin:
        response["Access-Control-Allow-Origin"] = "*"
    if artefact.status == 200:
        response = _conditional(request, response, artefact.etag)
    return _framed(response) if artefact.may_be_framed else response


def for_one_reader(artefact: Artefact) -> HttpResponse:
    """Answer what concerns the asker alone: no cache keeps it, no link tells of it."""
    response = HttpResponse(
        artefact.body, content_type=artefact.content_type, status=artefact.status
    )
    response["Content-Language"] = artefact.language
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def for_asset(request: HttpRequest, asset: Asset) -> HttpResponse:
    """Answer with a file that never changes under its name."""
    response = HttpResponse(asset.body, content_type=asset.content_type)
    response["Cache-Control"] = FOREVER
    return _conditional(request, response, f'"{asset.file_name}"')


def _framed(response: HttpResponse) -> HttpResponse:
    """Let other sites show it in a frame, and it do nothing but that."""
    response["Content-Security-Policy"] = FRAMED
    response.xframe_options_exempt = True
    return response


def _conditional(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    kept = dict(response.items())
    answer = get_conditional_response(request, etag=etag, response=response) or response
    for name in ("Cache-Control", "ETag", "Access-Control-Allow-Origin", "Content-Language"):
        if name in kept:
            answer[name] = kept[name]
    return answer
