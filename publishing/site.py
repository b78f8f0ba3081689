"""Which page answers: the one of this host name, else that of the path, else the front one."""

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from incidents.core.viewers import PUBLIC
from incidents.models import Page
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
    name, _path = sites.find(host.lower(), f"pages/{slug}/" if slug is not None else "")
    return sites.page(name)


def _read(host: str, slug: str | None) -> Page | None:
    pages = Page.objects.visible_to(PUBLIC).select_related("theme")
    if slug is not None:
        return pages.filter(slug=slug).first()
    own = pages.filter(host_name__iexact=host).first() if host else None
    return own or pages.order_by("-is_front", "pk").first()
