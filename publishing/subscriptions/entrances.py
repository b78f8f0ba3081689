"""Ways that readers name and that are asked themselves: their Slack channel, their telephone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from incidents.models import Page
from notifications.channels import channel_named
from notifications.models import Wish
from publishing.answers import for_artefact
from publishing.pages.missing import missing
from publishing.subscriptions.subscribing import Words, answer, ask_or_act, beside, said
from publishing.views import in_its_language, no_such_page, page_of
from publishing.words.tongues import language_of, spoken


@dataclass(frozen=True)
class Entrance:
    """A form for one channel, and what is said once it was sent, whatever was typed."""

    channel: str
    is_open: Callable[[Page], bool]
    heading: Words
    text: Words

    def look_there(self, page: Page, at: datetime) -> HttpResponse:
        """The same answer for whoever asked with whatever address."""
        return said(page, at, self.heading, self.text)

    def form(self, page: Page, at: datetime, *, status: int = 200, **context: Any) -> HttpResponse:
        """The form, with what was typed and what is wrong with it."""
        template, path = f"subscribe_{self.channel}.html", f"subscribe/{self.channel}/"
        return answer(template, page, path, at, status=status, **context)

    def ask(self, request: HttpRequest, page: Page, at: datetime) -> HttpResponse:
        """Keep what was typed."""
        typed = {"destination": request.POST.get("destination", "")}
        try:
            Wish.leave(
                page,
                channel=self.channel,
                destination=typed["destination"],
                at=at,
                language=beside(page, language_of(page)),
                time_zone=request.POST.get("time_zone", ""),
                remote_ip=request.META.get("REMOTE_ADDR", ""),
            )
        except ValidationError as error:
            return self.form(page, at, status=422, typed=typed, errors=error.message_dict)
        return self.look_there(page, at)


SLACK: Final = Entrance(
    "slack",
    lambda page: page.takes_slack,
    _("Look into your channel"),
    _(
        "If the webhook is right, a message with a link is on its way there. "
        "Open the link to confirm."
    ),
)
SMS: Final = Entrance(
    "sms",
    lambda page: channel_named("sms").public,
    _("Look at your telephone"),
    _("If the number is right, a text message with a link is on its way. Open it to confirm."),
)


@csrf_exempt
@ask_or_act
@in_its_language
def subscribe_slack(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """A Slack channel, named by its incoming webhook."""
    return _entered(SLACK, request, slug)


@csrf_exempt
@ask_or_act
@in_its_language
def subscribe_sms(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """A telephone, where the operator lets readers name theirs."""
    return _entered(SMS, request, slug)


def _entered(way: Entrance, request: HttpRequest, slug: str | None) -> HttpResponse:
    page, at = page_of(request, slug), timezone.now()
    if page is None:
        return no_such_page(request, at)
    with spoken(page):
        if not way.is_open(page):
            return for_artefact(request, missing(page, at))
        if request.method != "POST":
            return way.form(page, at)
        return (
            way.look_there(page, at) if request.POST.get("website") else way.ask(request, page, at)
        )
