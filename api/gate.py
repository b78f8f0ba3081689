"""What is alike for every answer of the API: limits, CORS, ETag, HEAD, and problems for 405."""

import hashlib
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

from api.limits import Allowance
from api.problems import Refusal, response_of

READS: Final = ("GET", "HEAD")
CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, RateLimit, RateLimit-Policy, Retry-After",
}

View = Callable[..., HttpResponse]


def gated(view: View) -> View:
    """Put `view` behind the gate."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return _preflight()
        allowance = Allowance.spend(request, at=timezone.now())
        if allowance.left < 0:
            response = response_of(allowance.refusal())
        else:
            response = _answered(view, request, *args, **kwargs)
        if request.method in READS:
            response = _readable(request, response)
        return _with_headers(response, allowance.headers())

    gate.csrf_exempt = True  # type: ignore[attr-defined]
    return gate


def nowhere(_request: HttpRequest, **_names: Any) -> HttpResponse:
    """Answer addresses that name nothing."""
    return response_of(Refusal(HTTPStatus.NOT_FOUND, "No operation has this address; see docs."))


def _answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method == "HEAD":
        request.method = "GET"
        response = _answered(view, request, *args, **kwargs)
        response["Content-Length"] = str(len(response.content))
        request.method = "HEAD"
        return response
    response = view(request, *args, **kwargs)
    if not isinstance(response, HttpResponseNotAllowed):
        return response
    allowed = ", ".join(sorted(_allowed(response["Allow"].split(", "))))
    detail = f"Here one may {allowed}, not {request.method}."
    return response_of(Refusal(HTTPStatus.METHOD_NOT_ALLOWED, detail, headers={"Allow": allowed}))


def _allowed(methods: list[str]) -> set[str]:
    return {*methods, "OPTIONS"} | ({"HEAD"} if "GET" in methods else set())


def _readable(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let any site's scripts read the answer, and caches ask whether it is still good."""
    if response.status_code == HTTPStatus.OK:
        own = response.headers.get("ETag")
        etag = own or f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        response = get_conditional_response(request, etag=etag, response=response) or response
    if request.method == "HEAD":
        response.content = b""
    patch_vary_headers(response, ["Authorization"])
    private = "private, " if "Authorization" in request.headers else ""
    caching = {"Cache-Control": f"{private}no-cache"}
    return _with_headers(response, CORS | caching)


def _preflight() -> HttpResponse:
    allowed = {
        "Access-Control-Allow-Methods": ", ".join(READS),
        "Access-Control-Allow-Headers": "Authorization, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=CORS | allowed)


def _with_headers(response: HttpResponse, headers: dict[str, str]) -> HttpResponse:
    for name, value in headers.items():
        response[name] = value
    return response
