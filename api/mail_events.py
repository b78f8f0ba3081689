"""Where bounces and complaints are reported: webhooks of mail providers, and raw bounce mails.

Both want the login of MAIL_EVENTS_LOGIN (HTTP Basic); without that setting neither exists.
"""

import json
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.signals import tracking
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from anymail.utils import get_request_basic_auth  # isort: skip
from notifications.mail.bounces import reports
from notifications.mail.bounces.providers import on_tracking
from notifications.models import MailEvent

NOT_READ: Final = (json.JSONDecodeError, KeyError, TypeError, UnicodeDecodeError, ValueError)
# One needs a library of its own, one is supported no more (SMTP does), one has another name.
ELSEWHERE: Final = ("amazon_ses", "sendgrid", "sendinblue")

tracking.connect(on_tracking, dispatch_uid="candor.mail_events")


@cache
def webhooks() -> dict[str, Any]:
    """The views of django-anymail that take events about mails that were sent, by provider."""
    # Loaded when the first event comes: they bring the libraries of all providers.
    from anymail import urls as anymail_urls  # noqa: PLC0415

    found: dict[str, Any] = {}
    for pattern in anymail_urls.urlpatterns:
        provider, _slash, what = str(pattern.pattern).partition("/")
        if what == "tracking/" and provider not in ELSEWHERE and isinstance(pattern, URLPattern):
            found[provider] = pattern.callback
    return found


@csrf_exempt
def provider_events(request: HttpRequest, provider: str) -> HttpResponse:
    """A provider's webhook; its own signature is checked too where its key is set."""
    if refusal := _refusal(request):
        return refusal
    webhook = webhooks().get(provider)
    if webhook is None:
        raise Http404
    try:
        answer: HttpResponse = webhook(request)
    except AnymailWebhookValidationFailure:
        return _said(HTTPStatus.FORBIDDEN, "The provider's signature is missing or wrong.")
    except AnymailConfigurationError as error:
        return _said(HTTPStatus.BAD_REQUEST, str(error).splitlines()[0])
    except NOT_READ:
        return _said(HTTPStatus.BAD_REQUEST, "This is no event of that provider.")
    return answer


@csrf_exempt
@require_POST
def bounce(request: HttpRequest) -> HttpResponse:
    """One bounce as it came by mail (message/rfc822); `?to=` names where it arrived."""
    if refusal := _refusal(request):
        return refusal
    try:
        report = reports.read(request.body, request.GET.get("to", ""))
    except RawPostDataException:
        return _said(HTTPStatus.BAD_REQUEST, "Send the mail itself as the body.")
    if report is None:
        return _said(HTTPStatus.OK, "No bounce of a mail of ours: ignored.")
    fresh = MailEvent.note_report(report, timezone.now())
    return _said(HTTPStatus.OK, "Noted." if fresh else "Known already.")


def _refusal(request: HttpRequest) -> HttpResponse | None:
    login = settings.MAIL_EVENTS_LOGIN
    if not login:
        raise Http404
    if constant_time_compare(get_request_basic_auth(request) or "", login):
        return None
    answer = _said(HTTPStatus.UNAUTHORIZED, "Send the login of MAIL_EVENTS_LOGIN.")
    answer["WWW-Authenticate"] = 'Basic realm="mail events"'
    return answer


def _said(status: HTTPStatus, words: str) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")


urlpatterns = [
    path("bounces/", bounce, name="bounce"),
    path("events/<slug:provider>/", provider_events, name="provider_events"),
]
