"""Posts an update on the seeded page, inside the product's surroundings: python -m proof.post."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from incidents.core.levels import Level  # noqa: E402
from incidents.models import Incident, Page  # noqa: E402
from people.actors import Actor  # noqa: E402


def main() -> None:
    """Open an incident that is told to everybody; prints its public id."""
    page = Page.objects.get()
    incident = Incident.open(
        page,
        title="Mail arrives late",
        body="Mail is queued and arrives late. Nothing is lost.",
        levels={page.components.get(name="Mailstore"): Level.DEGRADED_PERFORMANCE},
        by=Actor.system("proof", face="command"),
        at=timezone.now(),
    )
    print(incident.public_id)


if __name__ == "__main__":
    main()
