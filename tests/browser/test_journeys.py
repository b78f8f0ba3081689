"""What people click, in a real browser on a phone; both sizes and the dark are in the proof."""

from collections.abc import Iterator

import pytest

from proof import tools
from proof.cases import journeys
from proof.product import Product
from tests import services
from tests.sinks.smtp import SmtpSink

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[journeys.Site]:
    """The demo, served as `make demo` serves it."""
    services.need(tools.CHROMIUM)
    with SmtpSink() as mails:
        mail = f"smtp://127.0.0.1:{mails.port}"
        with Product("browser", EMAIL_URL=mail) as product:
            place = journeys.Site(product, mails, product.manage("demo"))
            product.start()
            yield place


def test_a_reader_finds_the_outage_its_postmortem_and_the_history(site: journeys.Site) -> None:
    assert journeys.walk(journeys.reader, site, "390x844") >= 5


def test_a_subscriber_asks_confirms_and_leaves(site: journeys.Site) -> None:
    assert journeys.walk(journeys.subscriber, site, "390x844") >= 5


def test_staff_open_update_and_resolve_an_incident(site: journeys.Site) -> None:
    assert journeys.walk(journeys.staff, site, "390x844") >= 10


def test_the_main_job_works_without_a_script(site: journeys.Site) -> None:
    journeys.without_script(site)
