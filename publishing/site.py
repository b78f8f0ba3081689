"""Which page answers: the one of this host name, else that of the path, else the front one."""

from incidents.core.viewers import PUBLIC
from incidents.models import Page


def choose(host: str, slug: str | None) -> Page | None:
    """Return the public page for a request, or None where there is none."""
    pages = Page.objects.visible_to(PUBLIC).select_related("theme")
    if slug is not None:
        return pages.filter(slug=slug).first()
    own = pages.filter(host_name=host.lower()).first() if host else None
    return own or pages.order_by("-is_front", "pk").first()
