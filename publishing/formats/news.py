"""What feeds tell beside incidents: postmortems, their amendments, and actions that moved."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from incidents.core.links import absolute_html
from incidents.core.viewers import PUBLIC
from incidents.models import ActionProgress, Page, Postmortem, PostmortemRevision
from publishing.formats.items import NEWEST, Item
from publishing.html import surroundings


def news(page: Page, at: datetime) -> list[Item]:
    """The newest ones of each kind."""
    with translation.override(page.language):
        return [*_revisions(page, at, NEWEST), *_progress(page, at, NEWEST)]


def _revisions(page: Page, at: datetime, most: int) -> list[Item]:
    kept = PostmortemRevision.objects.filter(
        postmortem__in=Postmortem.objects.visible_to(PUBLIC).filter(page=page)
    )
    newest = kept.select_related("postmortem__page").order_by("-published_at", "-pk")[:most]
    return [_of_revision(page, revision, at) for revision in newest]


def _of_revision(page: Page, revision: PostmortemRevision, at: datetime) -> Item:
    postmortem, edition = revision.postmortem, revision.edition
    kind = _("Interim postmortem") if edition.interim else _("Postmortem")
    said = _("Amended: %s") % edition.title if revision.number > 1 else f"{kind}: {edition.title}"
    context = surroundings(page, postmortem.public_path, at) | {
        "revision": revision,
        "section": next(iter(edition.sections), None),
        "link": page.url(revision.public_path),
    }
    written = render_to_string("publishing/feeds/revision.html", context).strip()
    return Item(
        name=f"Postmortem/{postmortem.public_id}/{revision.number}",
        title=said,
        link=postmortem.public_url,
        published=revision.published_at,
        updated=revision.published_at,
        html=absolute_html(written, postmortem.public_url),
    )


def _progress(page: Page, at: datetime, most: int) -> list[Item]:
    told = ActionProgress.objects.visible_to(PUBLIC).filter(action__postmortem__page=page)
    newest = told.select_related("action__postmortem__page").order_by("-at", "-pk")[:most]
    return [_of_progress(page, each, at) for each in newest]


def _of_progress(page: Page, progress: ActionProgress, at: datetime) -> Item:
    action = progress.action
    context = surroundings(page, action.postmortem.public_path, at) | {"progress": progress}
    return Item(
        name=f"Action/{progress.public_id}",
        title=f"{progress.get_state_display()}: {action.title}",
        link=f"{action.postmortem.public_url}#action-{action.public_id}",
        published=progress.at,
        updated=progress.at,
        html=render_to_string("publishing/feeds/action.html", context).strip(),
    )
