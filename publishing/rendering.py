"""Rendering is a function of (page, path, at): the same record gives the same bytes, anywhere."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from incidents.models import Page
from publishing import brand, statusapi
from publishing.artefact import Artefact, Missing, Moved
from publishing.core import paths
from publishing.formats import (
    badges,
    calendars,
    cards,
    embed,
    feeds,
    sitemaps,
    tickets,
    twins,
)
from publishing.pages.as_of import as_of
from publishing.pages.component import component
from publishing.pages.component_history import component_history, component_year
from publishing.pages.entry import incident, maintenance
from publishing.pages.history import history, history_month
from publishing.pages.missing import missing
from publishing.pages.postmortem import postmortem, revision
from publishing.pages.promises import promises, promises_year
from publishing.pages.search_texts import search_texts
from publishing.pages.series import series
from publishing.pages.status import status
from publishing.pages.stylings import styling
from publishing.pages.subscribe import subscribe
from publishing.pages.uptime import uptime, uptime_csv, uptime_period
from publishing.sitting import shared
from publishing.words.tongues import further, language_of, prefix, speaking, split

type Renderer = Callable[..., Artefact]

ID: Final = r"(?P<public_id>[a-z0-9]{12})"
FEED: Final = r"(?P<name>history\.atom|history\.rss|feed\.json)"
ROUTES: Final[tuple[tuple[re.Pattern[str], Renderer], ...]] = tuple(
    (re.compile(pattern, re.ASCII), renderer)
    for pattern, renderer in (
        (r"", status),
        (rf"incidents/{ID}/", incident),
        (rf"incidents/{ID}/as-of/(?P<stamp>\d{{8}}T\d{{6}}Z)/", as_of),
        (rf"series/{ID}/", series),
        (rf"maintenance/{ID}/", maintenance),
        (rf"postmortems/{ID}/", postmortem),
        (rf"postmortems/{ID}/revisions/(?P<number>[1-9]\d{{0,5}})/", revision),
        (rf"components/{ID}/", component),
        (rf"components/{ID}/history/", component_history),
        (
            rf"components/{ID}/history/(?P<year>[1-9]\d{{3}})/(?:(?P<part>[2-9]|[1-9]\d{{1,4}})/)?",
            component_year,
        ),
        (r"uptime/", uptime),
        (r"uptime/(?P<name>\d{4}-(?:\d{2}|Q\d))/", uptime_period),
        (r"uptime\.csv", uptime_csv),
        (r"promises/", promises),
        (r"promises/(?P<year>\d{4})/(?:(?P<part>[1-9]\d{0,4})/)?", promises_year),
        (r"history/", history),
        (r"subscribe/", subscribe),
        (r"search\.json", search_texts),
        (r"history/(?P<month>\d{4}-\d{2})/", history_month),
        (FEED, feeds.of_page),
        (rf"components/{ID}/{FEED}", feeds.of_one_component),
        (r"updates\.atom", feeds.of_updates),
        (r"maintenance\.ics", calendars.of_page),
        (rf"components/{ID}/maintenance\.ics", calendars.of_component),
        (rf"maintenance/{ID}\.ics", calendars.of_work),
        (r"embed/", embed.frame),
        (r"embed/frame/?", embed.old_frame),
        (r"embed/script\.js", embed.script),
        (r"badge\.svg", badges.of_page),
        (rf"components/{ID}/badge\.svg", badges.of_component),
        (r"card\.png", cards.of_page),
        (r"sitemap\.xml", sitemaps.sitemap),
        (r"robots\.txt", sitemaps.robots),
        (rf"incidents/{ID}\.txt", tickets.of_incident),
        (rf"maintenance/{ID}\.txt", tickets.of_maintenance),
        (r"404/", missing),
        (r"theme\.css", brand.theme_css),
        (r"brand/(?P<name>logo|logo-dark|favicon)\.png", brand.picture),
        (r"api/v2/(?P<name>[a-z/-]+)\.json", statusapi.answer),
        (r"assets/(?P<name>[\w.-]+)", styling),
        (r"(?P<name>favicon\.svg)", styling),
    )
)


def render(page: Page, path: str, at: datetime) -> Artefact:
    """Return what stands at `path` of `page` as of `at`.

    HTML stands in each further language, too, under its code. Raises Missing where nothing public
    stands, Moved where it stands elsewhere.
    """
    if path in further(page):
        raise Moved(f"{path}/")
    # The page's own language may have been a further one, or be typed by whoever expects a code.
    if path.partition("/")[0] == page.language:
        # Two slashes would lead to another host.
        raise Moved(path.partition("/")[2].lstrip("/"))
    language, rest = split(page, path)
    try:
        with speaking(page, language):
            return _rendered(page, rest, at)
    except Moved as moved:
        raise Moved(prefix(page, language) + str(moved)) from None


def retell(page: Page, html: Artefact) -> Artefact:
    """Return the twin of a page that was rendered before: it shows the same instant."""
    language, _rest = split(page, html.path)
    with speaking(page, language):
        return twins.twin(page, html)


def _rendered(page: Page, path: str, at: datetime) -> Artefact:
    if path.endswith(paths.SUFFIX):
        return _twin(page, path.removesuffix(paths.SUFFIX), at)
    # A page and its twin, made in one sitting, are rendered once.
    key = page.pk, page.version, language_of(page), path, at
    return shared(key, lambda: _routed(page, path, at))


def _routed(page: Page, path: str, at: datetime) -> Artefact:
    for pattern, renderer in ROUTES:
        if match := pattern.fullmatch(path):
            return renderer(page, at, **match.groupdict())
    if any(pattern.fullmatch(f"{path}/") for pattern, _renderer in ROUTES):
        raise Moved(f"{path}/")
    raise Missing


def _twin(page: Page, stem: str, at: datetime) -> Artefact:
    try:
        return twins.twin(page, _rendered(page, paths.page_of(stem), at))
    except Moved as moved:
        raise Moved(paths.twin_of(str(moved))) from None
