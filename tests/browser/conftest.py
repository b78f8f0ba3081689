"""One demo for all journeys, served as `make demo` serves it; mails go to a sink."""

from collections.abc import Iterator

import pytest

from proof import tools
from proof.cases import journeys
from proof.product import Product
from tests import services
from tests.sinks.smtp import SmtpSink


@pytest.fixture(scope="session")
def site() -> Iterator[journeys.Site]:
    """The demo, with its sign-in and its mails."""
    services.need(tools.CHROMIUM)
    with SmtpSink() as mails:
        mail = f"smtp://127.0.0.1:{mails.port}"
        with Product("browser", EMAIL_URL=mail) as product:
            place = journeys.Site(product, mails, product.manage("demo"))
            product.start()
            yield place
