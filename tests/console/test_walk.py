"""The main job, as a browser without a script would do it."""

import pytest
from django.test import Client

from incidents.models import Component, Incident, Membership, Page
from people.actors import Actor
from people.models import User


@pytest.fixture
def crew(client: Client, page: Page, alice: User, by: Actor, at) -> Client:
    Membership.grant(page=page, user=alice, role="admin", by=by, at=at)
    client.force_login(alice)
    return client


def test_open_post_resolve(crew: Client, page: Page, mailstore: Component) -> None:
    answer = crew.get("/console/mail/incidents/open/")
    assert answer.status_code == 200
    answer = crew.post(
        "/console/mail/incidents/open/",
        {
            "title": "Down",
            "body": "We look.",
            "status": "investigating",
            f"levels-{mailstore.public_id}": "major_outage",
            "next_update_due": "30",
            "notify": "on",
        },
    )
    assert answer.status_code == 303, answer.content.decode()
    incident = Incident.objects.get()
    answer = crew.get(answer.url)
    assert answer.status_code == 200
    assert crew.get("/console/mail/").status_code == 200
