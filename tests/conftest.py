"""What every test may ask for, and the fences around all of them."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import hypothesis
import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3.base import DatabaseWrapper
from pytest_django import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import Redirect, StaticFile

from incidents.append_only import lifted
from incidents.core.levels import Level
from incidents.models import Component, Incident, Page
from people.actors import Actor
from people.models import User
from proof import tools
from tests import network, ready, services

hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if tools.in_ci() else "dev")


@pytest.fixture(autouse=True, scope="session")
def _network_closed() -> Iterator[None]:
    """No test talks to another machine."""
    with network.closed():
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """In place of pytest-django's: the test database is a copy of one that is ready."""
    name = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        ready.lay(connection)
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(name, verbosity=0)


@pytest.fixture(autouse=True, scope="session")
def _append_only_tables_can_be_flushed() -> Iterator[None]:
    """The one seam that lifts append-only triggers: the flush after a transactional test."""
    operations = DatabaseWrapper.ops_class
    flush = operations.execute_sql_flush

    def flush_without_triggers(self: BaseDatabaseOperations, sql_list: Sequence[str]) -> None:
        with lifted(self.connection):
            flush(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flush_without_triggers)
        yield


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_found_once() -> Iterator[None]:
    """Each test client has a middleware of its own, which would look through all folders anew."""
    find = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, StaticFile | Redirect] = {}

    def find_once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            find(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", find_once)
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what drives Chromium go first: it takes longest, and short tests fill the end evenly."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Run a test marked `postgres` on PostgreSQL only."""
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("runs on PostgreSQL: set DATABASE_URL")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Redis as REDIS_URL names it, or a server of our own."""
    if given := os.environ.get("REDIS_URL"):
        yield given
        return
    program = services.need(tools.REDIS)
    with services.redis(program, tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def at() -> datetime:
    """The instant at which things happen: a Monday, noon."""
    return datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def alice(db: None) -> User:
    """Somebody on staff."""
    return User.objects.create_user("alice@example.com", "correct horse battery", name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    """Somebody else on staff, the second pair of eyes."""
    return User.objects.create_user("bob@example.com", "correct horse battery", name="Bob")


@pytest.fixture
def by(alice: User) -> Actor:
    """Alice, acting in the console."""
    return Actor.user(alice)


@pytest.fixture
def page(by: Actor, at: datetime) -> Page:
    """A page at the root of the site."""
    return Page.found(name="Example Mail", slug="mail", by=by, at=at - timedelta(days=90))


@pytest.fixture
def component(page: Page, by: Actor, at: datetime) -> Component:
    """A component that works."""
    return Component.add(page, "Webmail", by=by, at=at - timedelta(days=90))


@pytest.fixture
def mailstore(page: Page, by: Actor, at: datetime) -> Component:
    """Another component that works: the one that holds mail."""
    return Component.add(page, "Mailstore", by=by, at=at - timedelta(days=90))


@pytest.fixture
def incident(page: Page, mailstore: Component, by: Actor, at: datetime) -> Incident:
    """An incident opened at noon, with Mailstore down since."""
    return Incident.open(
        page,
        title="Mail cannot be read",
        body="We are looking into it.",
        levels={mailstore: Level.MAJOR_OUTAGE},
        by=by,
        at=at,
    )
