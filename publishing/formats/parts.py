"""Which component a file is about."""

from incidents.core.viewers import PUBLIC
from incidents.models import Component, Page
from publishing.artefact import Missing


def component_of(page: Page, public_id: str) -> Component:
    """Return a component that readers may see, or raise Missing."""
    visible = Page.objects.visible_to(PUBLIC).filter(pk=page.pk)
    components = page.components.filter(page__in=visible).select_related("group", "page")
    found = components.filter(public_id=public_id).first()
    if found is None:
        raise Missing
    return found
