"""Uptime's rules, dependencies, mirrors and metrics, as staff click them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from incidents.models import Component, Metric, Mirror, Page
from people.actors import Actor
from tests.console.screens import refused, stored, text_of

AT = "/console/mail/"


@pytest.fixture
def admin(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("admin")


def rules(**fields: str) -> dict[str, str]:
    weights = {"major_outage": "1", "partial_outage": "0.3", "degraded_performance": "0"}
    known = {f"weight_{level}": weight for level, weight in weights.items()}
    return known | {"weight_under_maintenance": "0"} | fields


def test_weights_and_exclusions_are_set_with_their_reasons(admin: Client, page: Page) -> None:
    sent = rules(
        weight_partial_outage="1/2", why_wrong_data="Mail was safe, only the display lied."
    )
    stored(admin, f"{AT}settings/uptime/", sent)
    kept = Page.objects.get(pk=page.pk)
    assert kept.uptime_weights["partial_outage"] == "1/2"
    assert kept.uptime_excludes == [
        {"kind": "wrong_data", "reason": "Mail was safe, only the display lied."}
    ]
    assert "only the display lied" in text_of(admin.get(f"{AT}settings/uptime/"))


def test_a_weight_that_is_none_comes_back_with_what_was_typed(admin: Client, page: Page) -> None:
    sent = rules(weight_partial_outage="a lot")
    said = refused(admin, f"{AT}settings/uptime/", sent, "weight_partial_outage")
    assert "“a lot” is no weight: write a number from 0 to 1" in said
    assert 'value="a lot"' in said


def test_dependencies_are_ticked_and_a_circle_comes_back_by_name(
    admin: Client, component: Component, mailstore: Component
) -> None:
    here = f"{AT}components/{component.public_id}/needs/"
    stored(admin, here, {"depends_on": [mailstore.public_id]})
    assert list(component.depends_on.all()) == [mailstore]
    there = f"{AT}components/{mailstore.public_id}/needs/"
    said = refused(admin, there, {"depends_on": [component.public_id]}, "depends_on")
    assert "Mailstore → Webmail → Mailstore" in said


def test_a_component_follows_a_page_until_it_is_told_to_stop(
    admin: Client, component: Component
) -> None:
    here = f"{AT}components/{component.public_id}/mirror/"
    sent = {"url": "status.example.com", "remote_component": "", "every_minutes": "5"}
    refused(admin, here, sent | {"url": "ftp://example.com"}, "url")
    stored(admin, here, sent)
    assert "It follows status.example.com." in text_of(admin.get(here))
    level = {"level": "major_outage"}
    said = refused(admin, f"{AT}components/{component.public_id}/level/", level, "level")
    assert "stop following it" in said
    stored(admin, f"{here}stop/", {})
    assert not Mirror.objects.exists()


def test_a_metric_is_added_changed_and_removed(
    admin: Client, component: Component, by: Actor, at: datetime
) -> None:
    sent = {"name": "Time to deliver", "unit": "s", "component": component.public_id}
    sent |= {"shown": "on", "decimals": "1", "keep_days": "90"}
    stored(admin, f"{AT}metrics/add/", sent)
    refused(admin, f"{AT}metrics/add/", sent, "name")
    metric = Metric.objects.get()
    assert (metric.component, metric.decimals) == (component, 1)
    stored(admin, f"{AT}metrics/{metric.public_id}/", sent | {"unit": "ms", "component": ""})
    metric.refresh_from_db()
    assert (metric.unit, metric.component) == ("ms", None)
    stored(admin, f"{AT}metrics/{metric.public_id}/remove/", {"key": "once"})
    assert not Metric.objects.exists()
