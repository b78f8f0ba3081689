"""The hook after publishing: told of every path, once more when it failed, never waited for."""

import time
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.conf import LazySettings

from incidents.models import Page
from proof.waiting import until
from publishing.elsewhere import purging
from publishing.elsewhere.purging import HookError, Purging, hook_for
from publishing.elsewhere.pushing import Pusher
from publishing.published.shelf import Change, Shelf
from publishing.published.sites import Sites
from tests.publishing.elsewhere.leases import Held
from tests.sinks.http import HttpSink, Reply

URL = "https://status.example.com/"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that keeps what it is told, and fails while a file says so."""
    path = tmp_path / "purge"
    path.write_text(
        f"#!/bin/sh\ncd {tmp_path}\n"
        '[ -e failing ] && { rm failing; echo "no such zone" >&2; exit 3; }\n'
        '{ echo "$1"; cat; } >> told\n'
    )
    path.chmod(0o755)
    return path


def test_a_program_gets_the_site_and_each_path_on_a_line(program: Path) -> None:
    hook = hook_for(f"exec:{program}")
    assert hook
    hook(URL, ["/", "/incidents/a/; rm -rf x/"])
    assert program.with_name("told").read_text() == f"{URL}\n/\n/incidents/a/; rm -rf x/\n"


def test_a_program_that_fails_says_why(program: Path) -> None:
    program.with_name("failing").touch()
    hook = hook_for(f"exec:{program}")
    assert hook
    with pytest.raises(HookError, match=r"ended with 3: no such zone"):
        hook(URL, ["/"])


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "SECONDS", 0.2)
    sleeper = tmp_path / "sleeper"
    sleeper.write_text("#!/bin/sh\nexec sleep 60\n")
    sleeper.chmod(0o755)
    hook, began = hook_for(f"exec:{sleeper}"), time.monotonic()
    assert hook
    with pytest.raises(HookError, match="TimeoutExpired"):
        hook(URL, ["/"])
    assert time.monotonic() - began < 5


def test_no_hook_is_none() -> None:
    assert hook_for("") is None


def test_what_failed_is_said_and_called_once_more(
    program: Path, caplog: pytest.LogCaptureFixture
) -> None:
    program.with_name("failing").touch()
    hook = hook_for(f"exec:{program}")
    assert hook
    desk = Purging(hook, again_after=0.01)
    desk.start()
    desk.tell(URL, ["/"])
    until(program.with_name("told").exists, 5, "the hook is called again")
    desk.stop(5)
    assert "PUBLISH_HOOK failed for 1 paths" in caplog.text


def test_what_fails_twice_is_left_and_the_next_is_called() -> None:
    called: list[str] = []

    def hook(page_url: str, paths: object) -> None:
        called.append(page_url)
        if page_url == "first":
            raise HookError("no")

    desk = Purging(hook, again_after=0.01)
    desk.start()
    for name in ("first", "second"):
        desk.tell(name, ["/"])
    desk.stop(5)
    assert called == ["first", "first", "second"]


def test_what_waits_of_one_page_is_told_in_one_call_and_too_much_as_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(purging, "MOST", 3)
    called: list[tuple[str, list[str]]] = []
    desk = Purging(lambda page_url, paths: called.append((page_url, list(paths))))
    desk.tell(URL, ["/", "/history/"])
    desk.tell(URL, ["/"])
    for number in range(9):
        desk.tell(f"{URL}pages/mail/", [f"/pages/mail/{number}/"])
    desk.start()
    desk.stop(5)
    assert called == [(URL, ["/", "/history/"]), (f"{URL}pages/mail/", ["/pages/mail/*"])]


def test_an_address_gets_a_json_of_the_site_and_its_paths(settings: LazySettings) -> None:
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
    with HttpSink() as cdn:
        hook = hook_for(f"{cdn.url}?token=hush")
        assert hook
        hook(URL, ["/", "/incidents/a/"])
        assert cdn.bodies == [{"page": URL, "paths": ["/", "/incidents/a/"]}]


def test_an_address_of_a_closed_network_is_not_called_and_no_token_is_repeated() -> None:
    with HttpSink() as cdn:
        hook = hook_for(f"{cdn.url}?token=hush")
        assert hook
        with pytest.raises(HookError, match="Refused") as refused:
            hook(URL, ["/"])
        assert cdn.connections == 0
    assert "hush" not in str(refused.value)


def test_an_address_that_refuses_is_said(settings: LazySettings) -> None:
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
    with HttpSink() as cdn:
        cdn.reply = lambda _entry: Reply(500)
        hook = hook_for(cdn.url)
        assert hook
        with pytest.raises(HookError, match=r"127\.0\.0\.1: HTTP 500"):
            hook(URL, ["/"])


@pytest.mark.django_db
def test_the_hook_hears_of_each_change_with_whole_paths(
    page: Page, tmp_path: Path, program: Path
) -> None:
    pusher = Pusher(tmp_path, [], f"exec:{program}", lease=Held())
    pusher.take_sites(Sites.read())
    pusher.start()
    pusher.take_change(Shelf(tmp_path, page.public_id), Change(["", "history/"], ["incidents/a/"]))
    told = program.with_name("told")
    until(lambda: told.exists() and "incidents" in told.read_text(), 5, "the hook is called")
    pusher.stop()
    assert told.read_text().split() == ["http://localhost:8000/", "/", "/history/", "/incidents/a/"]


@pytest.mark.django_db
def test_the_hook_hears_of_all_when_a_page_is_hidden_or_a_command_wrote_it(
    page: Page, tmp_path: Path, program: Path
) -> None:
    pusher = Pusher(tmp_path, [], f"exec:{program}", lease=Held())
    pusher.take_sites(Sites.read())
    pusher.start()
    told = program.with_name("told")
    pusher.take_stranger(Shelf(tmp_path, page.public_id))
    until(told.exists, 60, "the hook is called")
    pusher.take_sites(Sites())
    until(lambda: told.read_text().count("*") == 2, 60, "the hook is called again")
    pusher.stop()
    assert told.read_text().split() == ["http://localhost:8000/", "/*"] * 2


def test_a_page_that_cannot_be_read_stops_no_push(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pusher = Pusher(tmp_path, [], "exec:/bin/true", lease=Held())
    pusher.take_sites(Sites(front="abcdefghijkl", pages={"abcdefghijkl": "of another version"}))
    pusher.take_change(Shelf(tmp_path, "abcdefghijkl"), Change([""], []))
    assert "could not be told of 1 paths" in caplog.text
