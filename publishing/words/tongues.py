"""In which language a page speaks: its own at its root, each further one under its code.

`/incidents/abc/` is in the page's language, `/de/incidents/abc/` in German. Only HTML exists once
per language; data, feeds and assets are the same for everybody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, NamedTuple

from django.utils import translation

from incidents.core.languages import beside, is_right_to_left, local_name
from incidents.models import Page

_wanted: Final[ContextVar[str]] = ContextVar("wanted", default="")


class Tongue(NamedTuple):
    """One language of a page, and where the page of the same path stands in it."""

    code: str
    url: str
    href: str
    is_main: bool
    is_spoken: bool

    @property
    def name(self) -> str:
        """“Deutsch”."""
        return local_name(self.code)

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`."""
        return "rtl" if is_right_to_left(self.code) else "ltr"


@contextmanager
def speaking(page: Page, code: str) -> Iterator[None]:
    """Say everything within in `code`, or in the page's own language where it lacks that."""
    with asked_for(code), translation.override(language_of(page)):
        yield


@contextmanager
def asked_for(code: str) -> Iterator[None]:
    """Remember a language while it is not known yet which page answers."""
    token = _wanted.set(code)
    try:
        yield
    finally:
        _wanted.reset(token)


def spoken(page: Page) -> "translation.override":
    """Say what follows in the language in which `page` speaks now."""
    return translation.override(language_of(page))


def language_of(page: Page) -> str:
    """The language in which `page` speaks now."""
    return _wanted.get() if _wanted.get() in further(page) else page.language


def languages_of(page: Page) -> list[str]:
    """Every language that the pages exist in, the page's own first."""
    return [page.language, *further(page)]


def further(page: Page) -> list[str]:
    """The languages beside its own; one that Candor does not speak is for update texts alone."""
    return beside(page.language, page.languages)


def prefix(page: Page, code: str) -> str:
    """What paths of HTML pages begin with in a language: nothing, or `de/`."""
    return f"{code}/" if code in further(page) else ""


def here(page: Page) -> str:
    """What paths of HTML pages begin with in the language that is spoken now."""
    return prefix(page, language_of(page))


def localised(page: Page, url: str) -> str:
    """An address of this page in the language that is spoken now."""
    return page.url(here(page)) + url.removeprefix(page.url())


def prefixes(page: Page) -> list[str]:
    """The beginnings of all languages, the page's own first: `["", "de/", "ar/"]`."""
    return [prefix(page, code) for code in languages_of(page)]


def split(page: Page, path: str) -> tuple[str, str]:
    """Return the language that a path asks for, and the rest of it: `("de", "history/")`.

    What has a dot in its name is data, which stands at the page's root alone; Markdown twins are
    no data, and stand beside their pages.
    """
    code, slash, rest = path.partition("/")
    is_read = "." not in rest or rest.endswith(".md")
    asked = slash and is_read and code in further(page)
    return (code, rest) if asked else (page.language, path)


def tongues(page: Page, path: str) -> list[Tongue]:
    """The page at `path` in all its languages."""
    now = language_of(page)
    return [
        Tongue(
            code,
            page.url(prefix(page, code) + path),
            page.path(prefix(page, code) + path),
            is_main=code == page.language,
            is_spoken=code == now,
        )
        for code in languages_of(page)
    ]
