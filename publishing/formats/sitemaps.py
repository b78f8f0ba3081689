"""What search engines may read: `sitemap.xml` with everything, and `robots.txt`."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from django.utils.html import format_html

from incidents.core.lifecycles import Kind, Status
from incidents.core.viewers import PUBLIC
from incidents.models import Page
from publishing.artefact import TEXT, XML, Artefact
from publishing.words.tongues import prefixes

MOST: Final = 50_000
HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
)
LISTS: Final = ("history/", "uptime/", "promises/")
FORMS: Final = ("search/", "subscribe/", "subscriptions/", "postmortems/preview/")


class Place(NamedTuple):
    """One address, and when what stands there last changed, as far as that is known."""

    path: str
    changed: datetime | None = None


def sitemap(page: Page, at: datetime) -> Artefact:
    """Render `/sitemap.xml`, the newest first, as much as one file may hold."""
    places = list(_places(page)) if page.visibility == Page.Visibility.PUBLIC else []
    found = (_url(page, lead, place) for lead in prefixes(page) for place in places)
    body = HEAD + "".join(islice(found, MOST)) + "</urlset>\n"
    return Artefact("sitemap.xml", XML, body.encode(), at)


def robots(page: Page, at: datetime) -> Artefact:
    """Render `/robots.txt`: a page at the root of a host names its sitemap, a private one bars."""
    lines = ["User-agent: *"]
    if page.visibility != Page.Visibility.PUBLIC:
        lines.append("Disallow: /")
    else:
        forms = [lead + form for lead in prefixes(page) for form in FORMS]
        lines += [f"Disallow: {page.path(form)}" for form in forms]
        if not urlsplit(page.site).path:
            lines += ["Disallow: /console/", "", f"Sitemap: {page.url('sitemap.xml')}"]
    return Artefact("robots.txt", TEXT, "".join(f"{line}\n" for line in lines).encode(), at)


def _places(page: Page) -> Iterator[Place]:
    told = list(_told(page))
    newest = max((place.changed for place, _month in told if place.changed), default=None)
    yield Place("", newest or page.created_at)
    yield from map(Place, LISTS)
    for public_id in page.components.order_by("pk").values_list("public_id", flat=True):
        yield Place(f"components/{public_id}/")
    yield from _postmortems(page)
    yield from (place for place, _month in told)
    yield from _months(told)


def _told(page: Page) -> Iterator[tuple[Place, date | None]]:
    """Every entry, what changed last first, and the month of the history that tells of it."""
    fields = ("public_id", "kind", "status", "started_at", "updated_at")
    found = page.incidents.visible_to(PUBLIC).order_by("-updated_at", "-pk").values_list(*fields)
    for public_id, kind, status, started_at, updated_at in found[:MOST]:
        folder = "maintenance" if kind == Kind.MAINTENANCE else "incidents"
        began = started_at.astimezone(page.zone).date().replace(day=1)
        waits = status in {Status.ANNOUNCED, Status.SCHEDULED}
        yield Place(f"{folder}/{public_id}/", updated_at), None if waits else began


def _months(told: list[tuple[Place, date | None]]) -> Iterator[Place]:
    changed: dict[date, datetime] = {}
    for place, month in told:
        if month is not None and place.changed is not None:
            changed[month] = max(place.changed, changed.get(month, place.changed))
    for month in sorted(changed, reverse=True):
        yield Place(f"history/{month:%Y-%m}/", changed[month])


def _postmortems(page: Page) -> Iterator[Place]:
    found = page.postmortems.visible_to(PUBLIC).order_by("-published_at", "-pk")
    for public_id, published, amended in found.values_list(
        "public_id", "published_at", "amended_at"
    ):
        yield Place(f"postmortems/{public_id}/", amended or published)


def _url(page: Page, lead: str, place: Place) -> str:
    stamp = f"<lastmod>{place.changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if place.changed else ""
    return format_html("<url><loc>{}</loc>", page.url(lead + place.path)) + f"{stamp}</url>\n"
