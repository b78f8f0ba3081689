"""`/livez` and `/readyz`, for whoever starts, watches and replaces this process."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from statuspage.health import health, report

SAFE: Final = ("GET", "HEAD")


def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers: nothing else is asked, so that no trouble elsewhere restarts it."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


def readyz(_request: HttpRequest) -> HttpResponse:
    """Whether posts can be taken in; what is published is served in any case."""
    ready, findings = report(health.findings())
    return JsonResponse(findings, status=200 if ready else 503)


PROBES: Final = {"/livez": livez, "/readyz": readyz}


def answer_probes(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer probes before anything else looks at them: they come by address, and over http."""

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return respond(request)
        answer = probe(request) if request.method in SAFE else HttpResponseNotAllowed(SAFE)
        answer["Cache-Control"] = "no-store"
        return answer

    return middleware
