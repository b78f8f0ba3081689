"""Tells something on the seeded page, in a product's surroundings: python -m proof.post [TEXT].

The first time it opens an incident; later texts are updates on it.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from incidents.core.levels import Level  # noqa: E402
from incidents.models import Incident, Page, Update  # noqa: E402
from people.actors import Actor  # noqa: E402

BY = Actor.system("proof", face="command")


def tell(body: str = "Mail is queued and arrives late. Nothing is lost.") -> Incident:
    """Open an incident, or update the one there is, for everybody to be told."""
    page, incident = Page.objects.get(), Incident.objects.first()
    if incident is not None:
        Update.post(incident, body=body, by=BY, at=timezone.now())
        return incident
    return Incident.open(
        page,
        title="Mail arrives late",
        body=body,
        levels={page.components.get(name="Mailstore"): Level.DEGRADED_PERFORMANCE},
        by=BY,
        at=timezone.now(),
    )


if __name__ == "__main__":
    print(tell(*sys.argv[1:]).public_id)
