"""A published postmortem as its newest revision has it, and each revision with what changed."""

from dataclasses import replace
from datetime import datetime

from incidents.core.differences import Difference, differences
from incidents.core.editions import Edition
from incidents.core.viewers import PUBLIC, limited_to
from incidents.models import Page, Postmortem, PostmortemRevision, PostmortemStatus
from incidents.models.site.page import readable
from publishing.artefact import Artefact, Missing
from publishing.formats import linked
from publishing.html import html
from publishing.story.account import Account, read


def postmortem(page: Page, at: datetime, public_id: str) -> Artefact:
    """Render `/postmortems/<id>/`; a withdrawn one leaves a tombstone."""
    found = _public(page, public_id)
    if found.is_over:
        return html("withdrawn.html", page, found.public_path, at, incident=found, status=410)
    account = _account(found, at)
    return html(
        "postmortem.html",
        page,
        found.public_path,
        at,
        postmortem=found,
        account=account,
        edition=account.edition,
        linked=linked.of_postmortem(account),
    )


def revision(page: Page, at: datetime, public_id: str, number: str) -> Artefact:
    """Render `/postmortems/<id>/revisions/<number>/`: what it changed, and how it read."""
    found = _public(page, public_id)
    kept = {str(each.number): each for each in found.revisions.all()}
    if found.is_over or number not in kept:
        raise Missing
    shown, before = kept[number], kept.get(str(int(number) - 1))
    return html(
        "revision.html",
        page,
        shown.public_path,
        at,
        postmortem=found,
        revision=shown,
        edition=shown.edition,
        before=before,
        after=kept.get(str(int(number) + 1)),
        differences=_changes(page, before, shown) if before else [],
    )


def _changes(page: Page, before: PostmortemRevision, after: PostmortemRevision) -> list[Difference]:
    return differences(_in_sight(page, before.edition), _in_sight(page, after.edition))


def _in_sight(page: Page, edition: Edition) -> Edition:
    """An edition that names no incident which whoever is looking does not see."""
    if limited_to() is None:
        return edition
    seen = page.incidents.filter(public_id__in=edition.incidents).visible_to(PUBLIC)
    kept = set(seen.values_list("public_id", flat=True))
    return replace(edition, incidents=tuple(each for each in edition.incidents if each in kept))


def _account(found: Postmortem, at: datetime) -> Account:
    if found.newest is None:
        raise Missing
    return Account(found, found.newest.edition, at)


def _public(page: Page, public_id: str) -> Postmortem:
    public = page.postmortems.visible_to(PUBLIC)
    withdrawn = page.postmortems.filter(
        readable("page__"), status=PostmortemStatus.WITHDRAWN, published_at__isnull=False
    )
    found = read(public, public_id) or read(withdrawn.in_sight(), public_id)
    if found is None:
        raise Missing
    return found
