"""Postmortems that are not public yet, for whoever was sent the link: kept by no cache."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from incidents.core.ids import LENGTH
from incidents.models import Page, Postmortem
from publishing.html import html
from publishing.pages.missing import missing
from publishing.story.account import Account
from publishing.views import in_its_language, page_of, reads_only
from publishing.words.tongues import here

MAC_LENGTH: Final = 32


def address(postmortem: Postmortem) -> str:
    """Where it can be read before it is public; empty while no link is given out."""
    if not postmortem.preview_nonce:
        return ""
    return postmortem.page.url(f"postmortems/preview/{_token(postmortem)}/")


@reads_only
@in_its_language
def preview(request: HttpRequest, token: str, slug: str | None = None) -> HttpResponse:
    """Show what is written by now, under a banner that says so."""
    page, at = page_of(request, slug), timezone.now()
    if page is None:
        return HttpResponse(status=404)
    found = Postmortem.objects.with_text().filter(page=page, public_id=token[:LENGTH]).first()
    if found is None or not _opens(found, token):
        return _answer(missing(page, at).body, 404)
    if found.is_public and not found.has_amendment:
        return HttpResponseRedirect(page.path(here(page) + found.public_path))
    return _answer(_shown(page, found, at), 200)


def _shown(page: Page, found: Postmortem, at: datetime) -> bytes:
    account = Account(found, found.wording, at)
    return html(
        "postmortem.html",
        page,
        found.public_path,
        at,
        postmortem=found,
        account=account,
        edition=account.edition,
        preview=True,
    ).body


def _answer(body: bytes, status: int) -> HttpResponse:
    response = HttpResponse(body, status=status)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _opens(postmortem: Postmortem, token: str) -> bool:
    return bool(postmortem.preview_nonce) and constant_time_compare(token, _token(postmortem))


def _token(postmortem: Postmortem) -> str:
    value = f"{postmortem.public_id}:{postmortem.preview_nonce}"
    mac = salted_hmac("publishing.preview", value, algorithm="sha256").hexdigest()
    return f"{postmortem.public_id}{mac[:MAC_LENGTH]}"
