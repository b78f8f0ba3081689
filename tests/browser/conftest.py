"""One demo for all journeys, served as `make demo` serves it; mails go to a sink."""

import os
from collections.abc import Iterator

import pytest

from proof import browser, tools
from proof.cases import journeys
from proof.product import Product
from tests import ready, services
from tests.sinks.smtp import SmtpSink


@pytest.fixture(autouse=True, scope="package")
def _one_browser() -> Iterator[None]:
    """Chromium is started once; other tests of this process find it gone."""
    services.need(tools.CHROMIUM)
    with browser.kept():
        yield


@pytest.fixture(autouse=True, scope="package")
def _few_pictures() -> Iterator[None]:
    """A picture is kept of a screen with something wrong; of every one if PICTURES is set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(browser.Eyes, "keeps_all", "PICTURES" in os.environ)
        yield


@pytest.fixture(scope="package")
def site(django_db_setup: None) -> Iterator[journeys.Site]:
    """The demo, with its sign-in and its mails."""
    with SmtpSink() as mails:
        mail = f"smtp://127.0.0.1:{mails.port}"
        with Product("browser", EMAIL_URL=mail) as product:
            ready.spare(product.folder / "data")
            place = journeys.Site(product, mails, product.manage("demo"))
            product.start()
            yield place
