"""The ways of telling that an incident has hit itself: a mail host that is down reaches nobody."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from incidents.core import checks
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.story.incident import Incident

DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True)
class Routes:
    """Which ways are hit; `incident.routes` has the verbs, `hit_routes` the rows.

    A row is `{"channel": "email", "domain": "example.com", "since": "2026-..."}`; without a domain
    the whole channel is hit.
    """

    incident: "Incident"

    def hit(self, channel: str, *, domain: str = "", by: Actor, at: datetime) -> None:
        """Say that word over this channel, or to mailboxes of this domain, may come late.

        Raises ValidationError on "channel" or "domain".
        """
        domain = domain.strip().lower().removeprefix("@")
        if domain and not DOMAIN.fullmatch(domain):
            raise checks.refusal("domain", "Write a domain like example.com, without a name.")
        row = {"channel": channel, "domain": domain, "since": at.isoformat()}
        with self.incident.page.writing(by=by, at=at) as journal:
            self._refresh()
            if self._without(channel, domain) != self.incident.hit_routes:
                raise checks.refusal("channel", "This is marked already.")
            self._save([*self.incident.hit_routes, row])
            journal.append("route.hit", self.incident, incident=self.incident, after=row)

    def mend(self, channel: str, *, domain: str = "", by: Actor, at: datetime) -> None:
        """Say that word arrives in time again. Raises ValidationError on "channel"."""
        with self.incident.page.writing(by=by, at=at) as journal:
            self._refresh()
            left = self._without(channel, domain)
            if left == self.incident.hit_routes:
                raise checks.refusal("channel", "This is not marked.")
            self._save(left)
            gone = {"channel": channel, "domain": domain}
            journal.append("route.mended", self.incident, incident=self.incident, before=gone)

    def _refresh(self) -> None:
        self.incident.refresh_from_db(fields=["hit_routes", "status"])
        if not self.incident.is_open:
            raise checks.refusal("channel", "This is over: nothing is hit by it any more.")

    def _without(self, channel: str, domain: str) -> list[dict[str, str]]:
        known = self.incident.hit_routes
        return [row for row in known if (row["channel"], row["domain"]) != (channel, domain)]

    def _save(self, rows: list[dict[str, str]]) -> None:
        self.incident.hit_routes = rows
        self.incident.save(update_fields=["hit_routes"])
