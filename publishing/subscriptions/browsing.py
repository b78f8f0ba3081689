"""Notifications in a reader's browser: it asks for our key, and hands in its own address."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from incidents.models import Page
from notifications.models import Subscription, VapidKey, Wish
from publishing import choosing
from publishing.answers import kept_nowhere
from publishing.subscriptions.subscribing import ask_or_act, beside, url_here
from publishing.views import in_its_language, no_such_page, page_of
from publishing.words.tongues import language_of, spoken


@csrf_exempt
@ask_or_act
@in_its_language
def push(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """The key that a browser subscribes with; then its address, told from now on."""
    page = page_of(request, slug)
    if page is None:
        return no_such_page(request, timezone.now())
    if request.method != "POST":
        return kept_nowhere(JsonResponse({"key": VapidKey.ours().public}))
    with spoken(page):
        return kept_nowhere(_joined(request, page))


def _joined(request: HttpRequest, page: Page) -> HttpResponse:
    sent, at = request.POST, timezone.now()
    try:
        Wish.check_rush(request.META.get("REMOTE_ADDR", ""), at)
        joined = Subscription.join(
            page,
            channel="webpush",
            destination=sent.get("endpoint", ""),
            config={name: sent.get(name, "") for name in ("p256dh", "auth")},
            language=beside(page, language_of(page)),
            time_zone=sent.get("time_zone", ""),
            at=at,
            **choosing.picked(sent, page, at),
        )
    except ValidationError as refused:
        return JsonResponse({"errors": refused.message_dict}, status=422)
    return JsonResponse({"manage": url_here(page, joined.manage_path)})
