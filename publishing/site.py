"""Which page answers: the one of this host name, else that of the path, else the front one."""

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import Exists

from incidents.core.viewers import PUBLIC
from incidents.models import Page
from incidents.models.site.page import PageQuerySet
from publishing.published.sites import Sites


def choose(host: str, slug: str | None) -> Page | None:
    """Return the public page for a request, or None where there is none.

    Without a database, it is the page as it was when its files were last published.
    """
    try:
        return _read(host, slug)
    except (DatabaseError, InterfaceError):
        return as_published(host, slug)


def as_published(host: str, slug: str | None) -> Page | None:
    """The same from what is kept beside the published files; asks no database."""
    sites = Sites.load(settings.PUBLISHED_DIR)
    name = sites.at(host.lower()) if slug is None else sites.slugs.get(slug, "")
    return sites.page(name)


def _read(host: str, slug: str | None) -> Page | None:
    pages = Page.objects.visible_to(PUBLIC).select_related("theme")
    if slug is not None:
        return pages.filter(slug=slug).first()
    own = pages.filter(host_name__iexact=host).first() if host else None
    return own or _at_the_root(pages, host)


def _at_the_root(pages: PageQuerySet, host: str) -> Page | None:
    """The front page, but not under a name of a page that whoever is looking may not read."""
    if host:
        pages = pages.exclude(Exists(Page.objects.filter(host_name__iexact=host)))
    return pages.order_by("-is_front", "pk").first()
