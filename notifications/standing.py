"""How an incident stands, or ended, in lines that a mail can say: nobody has the page around."""

from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from incidents.core.clocks import moment
from incidents.core.instants import between, spell
from incidents.core.levels import SEVERITY, Level
from incidents.core.lifecycles import Kind
from incidents.models import CommitmentKind, ImpactWindow, Incident


def facts(incident: Incident, zone: ZoneInfo, changed: Collection[int]) -> list[str]:
    """What is hit beside the components that `changed`; of what is over how long it lasted."""
    if incident.kind != Kind.INCIDENT or incident.outcome:
        return []
    if incident.is_open:
        return list(_still_hit(incident, changed))
    return [*_lasted(incident, zone), *_owed(incident, zone)]


def _still_hit(incident: Incident, changed: Collection[int]) -> Iterator[str]:
    goes_on = incident.windows.current().filter(end=None).select_related("component", "cohort")
    worst: dict[str, Level] = {}
    for window in goes_on.order_by("start", "pk"):
        if window.cohort_id or window.component_id not in changed:
            name, level = _name(window), Level(window.level)
            worst[name] = max(level, worst.get(name, level), key=SEVERITY.__getitem__)
    if hit := _(", ").join(f"{name} ({level.label})" for name, level in worst.items()):
        yield _("{0}: {1}").format(_("Still affected"), hit)


def _name(window: ImpactWindow) -> str:
    name = window.component.name
    return _(", ").join([name, window.cohort.name]) if window.cohort else name


def _lasted(incident: Incident, zone: ZoneInfo) -> Iterator[str]:
    began, ended = incident.began, incident.resolved_at
    if ended is None:
        return
    start, length = moment(began, zone), spell(between(began, ended))
    if incident.began_about:
        start, length = _("about {0}").format(start), _("about {0}").format(length)
    words = {"start": start, "end": moment(ended, zone), "length": length}
    yield _("From %(start)s to %(end)s (%(length)s)") % words


def _owed(incident: Incident, zone: ZoneInfo) -> Iterator[str]:
    kind = CommitmentKind.POSTMORTEM
    for promise in incident.commitments.filter(kind=kind).owed():
        if promise.due:
            by = _("Promised by %(due)s") % {"due": moment(promise.due, zone)}
            yield _("{0}: {1}").format(kind.label, by)
