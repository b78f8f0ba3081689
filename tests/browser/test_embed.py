"""The script on somebody else's page, whose policy allows only the frame and the script."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import ConsoleMessage, FrameLocator, Page, expect

from proof.browser import Eyes, chromium
from proof.product import Product
from tests import ready

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOST = """<!doctype html><html lang="en"><title>A shop</title><body><h1>A shop</h1>
<script src="{url}/embed/script.js" data-position="top-right"
 data-incident-background-color="#123456" data-incident-text-color="#ffffff"></script>"""


@pytest.fixture(scope="module")
def product(django_db_setup: None) -> Iterator[Product]:
    """A page on which something goes on."""
    with Product("embed") as product:
        ready.spare(product.folder / "data")
        product.seed(incident=True)
        product.start()
        yield product


@contextmanager
def shop(url: str) -> Iterator[str]:
    """Another site, as strict as it can be while it shows the frame."""

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            policy = f"default-src 'none'; script-src {url}; frame-src {url}"
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(HOST.format(url=url).encode())

        def log_message(self, *_words: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def looked_at(page: Page, url: str) -> tuple[FrameLocator, list[str]]:
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "favicon" not in message.location.get("url", ""):
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(url)
    return page.frame_locator("iframe"), heard


def test_an_outage_is_seen_in_the_corner_that_was_asked_for(product: Product) -> None:
    with chromium("1440x900") as context, shop(product.url) as url:
        page = context.new_page()
        frame, heard = looked_at(page, url)
        expect(page.locator("iframe")).to_be_visible()
        expect(frame.get_by_role("link", name="Mail cannot be read")).to_be_visible()
        box = page.locator("iframe").bounding_box()
        assert box
        assert (box["x"] + box["width"], box["y"]) == (1440 - 60, 60)
        painted = frame.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
        assert painted == "rgb(18, 52, 86)"
        assert (
            page.locator("iframe").get_attribute("title") == "Example Mail: Partial System Outage"
        )
        assert heard == []


def test_whoever_dismisses_it_is_left_in_peace(product: Product) -> None:
    with chromium("390x844") as context, shop(product.url) as url:
        page = context.new_page()
        frame, heard = looked_at(page, url)
        frame.get_by_role("button", name="Dismiss").click()
        expect(page.locator("iframe")).to_be_hidden()
        assert heard == []


def test_while_all_is_well_nothing_is_seen_and_a_script_may_ask_for_a_look(
    django_db_setup: None,
) -> None:
    with Product("embed-well") as product:
        ready.spare(product.folder / "data")
        product.seed()
        product.start()
        with chromium("1440x900") as context, shop(product.url) as url:
            page = context.new_page()
            frame, heard = looked_at(page, url)
            expect(frame.locator("main[data-state=none]")).to_have_count(1)
            expect(page.locator("iframe")).to_be_hidden()
            page.evaluate("statusEmbedTest()")
            expect(page.locator("iframe")).to_be_visible()
            assert heard == []


def test_the_frame_by_itself_reads_well_in_light_and_dark(product: Product) -> None:
    for dark in (False, True):
        with chromium("390x844", dark=dark) as context:
            eyes = Eyes(context, "390x844")
            eyes.go(f"{product.url}/embed/", f"embed-{'dark' if dark else 'light'}")
            eyes.expect("Mail cannot be read")
