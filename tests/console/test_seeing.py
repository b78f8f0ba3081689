"""Staff look at a private page as one of its groups does."""

import re
from collections import deque
from datetime import datetime, timedelta

import pytest
from django.test import Client

from incidents.models import Component, Incident, Membership, Page
from people.actors import Actor
from people.models import User
from publishing import hot
from publishing.models import AccessGroup
from tests.console.screens import text_of

DOOR = "/console/mail/settings/door/"


@pytest.fixture
def group(
    page: Page, incident: Incident, component: Component, by: Actor, at: datetime
) -> AccessGroup:
    """A group that sees Webmail, on a page where the Mailstore is down."""
    Incident.open(
        page, title="Webmail is slow", body="We look.", levels={component: "partial_outage"},
        by=by, at=at,
    )  # fmt: skip
    page.change(visibility="private", by=by, at=at + timedelta(minutes=1))
    return AccessGroup.add(page, "Partners", [component], networks=[], by=by, at=at)


def test_a_link_beside_each_group_shows_the_page_as_they_see_it(
    desk: Client, group: AccessGroup
) -> None:
    root = f"{DOOR}groups/{group.public_id}/see/"
    assert f'href="{root}"' in text_of(desk.get(DOOR))
    answer = desk.get(root)
    front = text_of(answer)
    assert "Webmail is slow" in front
    assert "Mailstore" not in front
    assert "You see this page as “Partners” does." in front
    assert f'<a href="{DOOR}">Stop</a>' in front
    assert "no-store" in answer["Cache-Control"]


def test_all_of_it_is_within_reach_and_nothing_else_is(
    desk: Client, group: AccessGroup, incident: Incident, mailstore: Component
) -> None:
    root = f"{DOOR}groups/{group.public_id}/see/"
    seen, to_see = set[str](), deque([root])
    while to_see and len(seen) < 12:
        address = to_see.popleft()
        seen.add(address)
        answer = desk.get(address)
        assert answer.status_code == 200, address
        body = text_of(answer)
        assert "as “Partners” does" in body
        assert mailstore.name not in body
        assert incident.title not in body
        assert '="/pages/mail/' not in body
        links = re.findall(rf'<a[^>]* href="({root}(?!search)[^"#?]*/)"', body)
        to_see.extend(each for each in dict.fromkeys(links) if each not in seen)
    assert len(seen) == 12
    assert desk.get(f"{root}{incident.public_path}").status_code == 404
    assert "Webmail is slow" in text_of(desk.get(f"{root}api/v2/summary.json"))
    assert desk.get(f"{root}en").status_code == 302


def test_nothing_of_it_is_kept_and_what_others_see_stays(
    desk: Client, page: Page, group: AccessGroup
) -> None:
    kept = len(hot._kept)
    desk.get(f"{DOOR}groups/{group.public_id}/see/")
    assert len(hot._kept) == kept
    whole = text_of(desk.get(page.path()))
    assert "Mailstore" in whole
    assert "Partners" not in whole
    assert "/console/" not in whole


def test_only_who_decides_who_is_let_in_looks_so(
    page: Page, group: AccessGroup, alice: User, by: Actor, at: datetime
) -> None:
    root, client = f"{DOOR}groups/{group.public_id}/see/", Client()
    assert "Webmail" not in text_of(client.get(root))
    client.force_login(alice)
    Membership.grant(page=page, user=alice, role="viewer", by=by, at=at)
    assert client.get(root).status_code == 403
