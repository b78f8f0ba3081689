"""What a broadcast is about: who has to hear of it, and whether it may still be told."""

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from incidents.core.levels import IMPACT_OF, worst
from incidents.core.viewers import PUBLIC
from incidents.models import (
    ActionProgress,
    Component,
    Event,
    ImpactWindow,
    Incident,
    Page,
    Postmortem,
    UpdateLevel,
)
from notifications.kinds import Kind
from notifications.models.scope import About
from notifications.models.states import CANCELLED


class Subject(models.Model):
    """The event that is told, with what it is about as things are now."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="broadcasts")
    event = models.OneToOneField(Event, models.PROTECT, related_name="broadcast")
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, related_name="broadcasts")
    kind = models.CharField(max_length=12, choices=Kind)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @cached_property
    def about(self) -> About:
        """What decides who hears of this."""
        return About(
            page=self.page,
            kind=self.kind,
            components=self.component_ids(),
            incidents=self._incident_ids(),
            level=self._level(),
        )

    @cached_property
    def subject(self) -> models.Model | None:
        """What the event is about; None where that was removed since."""
        try:
            return self.event.object()
        except ObjectDoesNotExist:
            return None

    def wakes(self) -> bool:
        """Whether it tells of a major outage that goes on: some want to be woken for that."""
        is_over = self.incident is not None and self.incident.resolved_at is not None
        return self.about.is_major and not is_over

    def why_stopped(self) -> str:
        """Why what is still unsent must not be sent any more; empty while it may."""
        if self.cancelled_at is not None:
            return CANCELLED
        if self.incident is not None and self.incident.withdrawn_at is not None:
            return "The incident was withdrawn before this was sent."
        return self.why_silent()

    def component_ids(self) -> list[int]:
        """The components that this is about: those of the incident, or the one that changed."""
        if self.incident_id is None:
            changed = self.subject if self.kind == Kind.COMPONENT else None
            return [changed.pk] if changed else []
        # What this very event took back was told of before, to those who have to hear of it now.
        held = Q(superseded_at=None) | Q(superseded_at__gte=self.event.at)
        windows = ImpactWindow.objects.filter(held, incident=self.incident_id)
        levels = UpdateLevel.objects.filter(update__incident=self.incident_id)
        dated = Q(scheduled_windows__maintenance=self.incident_id)
        planned = Component.objects.filter(dated | Q(announced_maintenances=self.incident_id))
        return sorted(
            {
                *windows.values_list("component", flat=True),
                *levels.values_list("component", flat=True),
                *planned.values_list("pk", flat=True),
            }
        )

    def why_silent(self) -> str:
        """Why nobody is to hear of it as things are now; empty while somebody is."""
        if self.cancelled_at is not None:
            return CANCELLED
        if self.page.visibility != Page.Visibility.PUBLIC:
            return "The page is private."
        if (
            self.incident_id
            and not Incident.objects.visible_to(PUBLIC).filter(pk=self.incident_id).exists()
        ):
            return "The incident is a rehearsal, a draft or withdrawn."
        if self.kind == Kind.POSTMORTEM and not self._is_read():
            return "The postmortem was withdrawn." if self.subject else "The action was removed."
        return ""

    def _is_read(self) -> bool:
        """Whether readers can still open the postmortem, or the action, that this is about."""
        told = self._postmortem()
        return (
            told is not None and Postmortem.objects.visible_to(PUBLIC).filter(pk=told.pk).exists()
        )

    def _postmortem(self) -> Postmortem | None:
        subject = self.subject
        told = subject.action.postmortem if isinstance(subject, ActionProgress) else subject
        return told if isinstance(told, Postmortem) else None

    def _incident_ids(self) -> list[int]:
        """The incidents that this tells of: several, where a postmortem is about several."""
        own = [self.incident_id] if self.incident_id else []
        if self.kind != Kind.POSTMORTEM:
            return own
        told = self._postmortem()
        return [*told.incidents.values_list("pk", flat=True)] if told else own

    def _level(self) -> str:
        """The worst that anything was at, whatever it is at now."""
        if self.incident is None:
            return worst(
                filter(None, (self.event.before.get("level"), self.event.after.get("level")))
            )
        weighed = [
            level for level, impact in IMPACT_OF.items() if impact == self.incident.impact_override
        ]
        windows = ImpactWindow.objects.filter(incident=self.incident_id, superseded_at=None)
        told = UpdateLevel.objects.filter(update__incident=self.incident_id)
        return worst(
            [
                *weighed,
                *(window.page_level for window in windows),
                *told.values_list("new_level", flat=True),
            ]
        )
