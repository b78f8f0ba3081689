"""The demo, seeded once a process, and what the public reads of it."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from incidents.models import Incident, Page, Postmortem
from publishing.rendering import render
from statuspage.demo import seed

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="package")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Page]:
    """The page of the fictional mail company; gone after the package."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed.seed(at=NOW)
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def outage(demo: Page) -> Incident:
    """The Mailstore outage, with all that a page tells of it."""
    return Incident.objects.with_story().get(pk=seed.mailstore_outage().pk)


@pytest.fixture(scope="package")
def analysis(outage: Incident) -> Postmortem:
    """Its postmortem."""
    return outage.postmortems.get()


@pytest.fixture(scope="package")
def front(demo: Page) -> str:
    """The front page, as a reader reads it."""
    return read(demo, "")


@pytest.fixture(scope="package")
def story(demo: Page, outage: Incident) -> str:
    """The page of the outage."""
    return read(demo, outage.public_path)


@pytest.fixture(scope="package")
def account(demo: Page, analysis: Postmortem) -> str:
    """The page of the postmortem."""
    return read(demo, analysis.public_path)


@pytest.fixture(scope="package")
def atom(demo: Page) -> str:
    """The Atom feed."""
    return read(demo, "history.atom")


@pytest.fixture(scope="package")
def rss(demo: Page) -> str:
    """The RSS feed."""
    return read(demo, "history.rss")


@pytest.fixture(scope="package")
def answer(demo: Page) -> str:
    """The incidents as JSON in Statuspage's shape."""
    return read(demo, "api/v2/incidents.json")


def read(page: Page, path: str) -> str:
    """Return what stands at `path`, without markup."""
    text = render(page, path, NOW).body.decode()
    text = re.sub(r"<script.*?</script>", " ", text, flags=re.DOTALL)
    without_tags = re.sub(r"<[^>]+>", " ", html.unescape(text))
    return re.sub(r"\s+", " ", without_tags)
