"""Plain stand-ins for records: what the Statuspage shapes read, without a database."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class APage:
    public_id: str = "page00000001"
    name: str = "Example Mail"
    time_zone: str = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def url(self, path: str = "") -> str:
        return f"https://status.example.com/{path}"


@dataclass
class AGroup:
    public_id: str = "group0000001"
    name: str = "Mail"
    position: int = 1
    created_at: datetime = AT
    updated_at: datetime = AT


@dataclass
class AComponent:
    public_id: str = "component001"
    name: str = "Mailstore"
    description: str = ""
    position: int = 2
    group: AGroup | None = None
    showcase: bool = True
    only_show_if_degraded: bool = False
    start_date: date | None = None
    created_at: datetime = AT
    updated_at: datetime = AT


@dataclass
class AChange:
    component: AComponent = field(default_factory=AComponent)
    old_level: str = "operational"
    new_level: str = "major_outage"
    held_level: str = ""


@dataclass
class AnUpdate:
    public_id: str = "update000001"
    status: str = "investigating"
    body: str = "Mailstore does not answer."
    notify: bool = True
    social_text: str = ""
    posted_at: datetime = AT
    shown_at: datetime = AT
    edited_at: datetime | None = None
    redacted_at: datetime | None = None
    redaction_reason: str = ""


@dataclass
class AnIncident:
    public_id: str = "incident0001"
    title: str = "Mailstore is down"
    status: str = "investigating"
    impact_override: str = ""
    public_url: str = "https://status.example.com/incidents/incident0001/"
    started_at: datetime = AT
    monitoring_at: datetime | None = None
    resolved_at: datetime | None = None
    created_at: datetime = AT
    updated_at: datetime = AT


@dataclass
class AStatus:
    indicator: str = "critical"
    description: str = "Major System Outage"
