"""Who calls the API, and so what of the record is open to them."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from api.problems import Refusal
from incidents.core.lifecycles import Kind
from incidents.core.roles import Ability
from incidents.core.viewers import PUBLIC, STAFF, Viewer
from incidents.models import (
    ActionItem,
    Cohort,
    Commitment,
    Component,
    Draft,
    ImpactWindow,
    Incident,
    IncidentTemplate,
    Membership,
    Metric,
    Note,
    Page,
    Postmortem,
    ReaderMessage,
    Update,
)
from incidents.models.site.page import PageQuerySet
from incidents.models.story.incident import IncidentQuerySet
from people.actors import Actor
from people.models import ApiToken


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody without a key, who reads what is public, or a token, which acts for its owner."""

    token: ApiToken | None
    at: datetime

    @property
    def by(self) -> Actor:
        """The actor of verbs; only doors that need a key ask for it."""
        return Actor.token(self.key)

    @property
    def key(self) -> ApiToken:
        """The token; 401 without one."""
        if self.token is None:
            raise Refusal(HTTPStatus.UNAUTHORIZED, NO_KEY, headers=challenge())
        return self.token

    def pages(self) -> PageQuerySet:
        """Return the pages that the caller may read."""
        public = Page.objects.visible_to(PUBLIC)
        if self.token is None:
            return public
        own = Membership.objects.pages_of(self.token.owner).values("pk")
        return Page.objects.filter(Q(pk__in=public.values("pk")) | Q(pk__in=own))

    def page(self, name: str) -> Page:
        """Return the page with this id or slug."""
        named = self.pages().filter(Q(public_id=name) | Q(slug=name)).order_by("pk").first()
        if named is None:
            raise Http404
        return named

    def viewer(self, page: Page) -> Viewer:
        """Return with whose eyes the caller reads `page`."""
        return STAFF if self.token and self._can(page, Ability.SEE) else PUBLIC

    def component(self, public_id: str) -> Component:
        """Return a component with its level."""
        components = Component.objects.filter(page__in=self.pages()).with_levels(self.at)
        whole = components.select_related("page", "group", "mirror").prefetch_related("depends_on")
        return get_object_or_404(whole, public_id=public_id)

    def metric(self, public_id: str) -> Metric:
        """Return a metric with its page and component."""
        page = self._page_of(Metric.objects.filter(public_id=public_id).values("page"))
        visible = page.metrics.visible_to(self.viewer(page)).select_related("page", "component")
        return get_object_or_404(visible, public_id=public_id)

    def metric_for(self, ability: Ability, public_id: str) -> Metric:
        """Return a metric of such a page."""
        metric = self.metric(public_id)
        self._allowed(ability, metric.page)
        return metric

    def incident(self, public_id: str) -> Incident:
        """Return an incident or announcement with its whole story."""
        incidents = Incident.objects.exclude(kind=Kind.MAINTENANCE)
        return self._told(incidents.with_story(), public_id)

    def maintenance(self, public_id: str) -> Incident:
        """Return a maintenance with its whole story."""
        return self._told(Incident.objects.of_kind(Kind.MAINTENANCE).with_story(), public_id)

    def postmortem(self, public_id: str) -> Postmortem:
        """Return a postmortem with its sections and incidents."""
        page = self._page_of(Postmortem.objects.filter(public_id=public_id).values("page"))
        visible = Postmortem.objects.visible_to(self.viewer(page))
        return get_object_or_404(visible.with_text(), public_id=public_id)

    def postmortem_for(self, ability: Ability, public_id: str) -> Postmortem:
        """Return a postmortem of a page on which the caller may do what `ability` names."""
        found = self.postmortem(public_id)
        self._allowed(ability, found.page)
        return found

    def action_for(self, ability: Ability, public_id: str) -> ActionItem:
        """Return an action of such a postmortem."""
        actions = ActionItem.objects.select_related("postmortem__page")
        found = get_object_or_404(
            actions.filter(postmortem__page__in=self.pages()), public_id=public_id
        )
        self._allowed(ability, found.postmortem.page)
        return found

    def as_owner(self) -> Actor:
        """Return the actor of what only an owner of the installation may do; 403 for others."""
        if not (self.key.owner.is_active and self.key.owner.is_superuser):
            detail = "Only the key of an owner of this installation may do this (create_owner)."
            raise Refusal(HTTPStatus.FORBIDDEN, detail)
        return self.by

    def page_for(self, ability: Ability, name: str) -> Page:
        """Return a page on which the caller may do what `ability` names."""
        return self._allowed(ability, self.page(name))

    def component_for(self, ability: Ability, public_id: str) -> Component:
        """Return a component of such a page."""
        component = self.component(public_id)
        self._allowed(ability, component.page)
        return component

    def incident_for(self, ability: Ability, public_id: str) -> Incident:
        """Return an incident or announcement of such a page, without its story."""
        incident = self._told(Incident.objects.exclude(kind=Kind.MAINTENANCE), public_id)
        self._allowed(ability, incident.page)
        return incident

    def entry_for(self, ability: Ability, public_id: str) -> Incident:
        """Return an incident, announcement or maintenance of such a page, without its story."""
        entry = self._told(Incident.objects.all(), public_id)
        self._allowed(ability, entry.page)
        return entry

    def draft_for(self, ability: Ability, public_id: str) -> Draft:
        """Return what such a page has not said yet."""
        found = Draft.objects.filter(public_id=public_id)
        page = self._allowed(ability, self._page_of(found.values("page")))
        return get_object_or_404(found.select_related("page", "incident"), page=page)

    def template_for(self, ability: Ability, public_id: str) -> IncidentTemplate:
        """Return words that such a page keeps ready."""
        found = IncidentTemplate.objects.filter(public_id=public_id)
        page = self._allowed(ability, self._page_of(found.values("page")))
        return get_object_or_404(found.select_related("page"), page=page)

    def window_for(self, ability: Ability, public_id: str) -> ImpactWindow:
        """Return a window of an entry of such a page."""
        found = ImpactWindow.objects.filter(incident__isnull=False, public_id=public_id)
        page = self._allowed(ability, self._page_of(found.values("page")))
        whole = found.select_related("incident__page", "component", "cohort", "page")
        return get_object_or_404(whole, page=page)

    def cohort_for(self, ability: Ability, public_id: str) -> Cohort:
        """Return a cohort of such a page, with its progress."""
        found = Cohort.objects.filter(public_id=public_id)
        page = self._allowed(ability, self._page_of(found.values("page")))
        whole = found.select_related("incident__page", "page").prefetch_related("progress")
        return get_object_or_404(whole, page=page)

    def promise_for(self, ability: Ability, public_id: str) -> Commitment:
        """Return a promise of such a page."""
        found = Commitment.objects.filter(public_id=public_id, incident__isnull=False)
        page = self._allowed(ability, self._page_of(found.values("page")))
        whole = found.select_related("incident", "page", "made_in", "met_in", "replaced_by")
        return get_object_or_404(whole, page=page)

    def update_for(self, ability: Ability, public_id: str) -> Update:
        """Return an update on an entry of such a page."""
        found = Update.objects.filter(public_id=public_id)
        page = self._allowed(ability, self._page_of(found.values("incident__page")))
        whole = found.select_related("incident__page", "corrects")
        return get_object_or_404(whole, incident__page=page)

    def note_for(self, ability: Ability, public_id: str) -> Note:
        """Return a note on an entry of such a page, with its life."""
        found = Note.objects.select_related("incident__page", "told_in")
        page = self._page_of(found.filter(public_id=public_id).values("incident__page"))
        mine = found.filter(incident__page=self._allowed(ability, page))
        return get_object_or_404(mine.prefetch_related("changes"), public_id=public_id)

    def message_for(self, ability: Ability, public_id: str) -> ReaderMessage:
        """Return what a reader wrote about an entry of such a page."""
        found = ReaderMessage.objects.select_related("incident__page", "component")
        page = self._page_of(found.filter(public_id=public_id).values("incident__page"))
        mine = found.filter(incident__page=self._allowed(ability, page))
        return get_object_or_404(mine, public_id=public_id)

    def _told(self, entries: IncidentQuerySet, public_id: str) -> Incident:
        entry = get_object_or_404(
            entries.filter(page__in=self.pages()).select_related("page"), public_id=public_id
        )
        if self.viewer(entry.page) is PUBLIC and not entry.is_public:
            raise Http404
        return entry

    def _page_of(self, pages: object) -> Page:
        return get_object_or_404(self.pages(), pk__in=pages)

    def _allowed(self, ability: Ability, page: Page) -> Page:
        if not self._can(page, ability):
            needed = f"Its owner may not do this on {page.name}: {ability.label.lower()}."
            raise Refusal(HTTPStatus.FORBIDDEN, f"{needed} An admin of the page can grant it.")
        return page

    def _can(self, page: Page, ability: str) -> bool:
        return Membership.objects.can(self.key.owner, page, ability)


class Call(HttpRequest):
    """A request whose caller is known."""

    auth: Caller


NO_KEY: Final = "This needs a key: send “Authorization: Bearer cnd_...” (manage.py create_token)."


def challenge(**parameters: str) -> dict[str, str]:
    """Return the header that tells how to come in."""
    said = {"realm": "candor"} | parameters
    spelt = ", ".join(f'{name}="{value}"' for name, value in said.items())
    return {"WWW-Authenticate": f"Bearer {spelt}"}
