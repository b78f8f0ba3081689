"""The hook after publishing: tells a CDN which addresses to forget, and waits for nobody.

What one page waits to have told is told in one call. Where that is too much to remember, the call
says that everything is to be forgotten: one path, that of the page with a star.
"""

import json
import logging
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from threading import Condition, Event, Thread
from typing import Final
from urllib.parse import urlsplit

from notifications.outbound.door import Door
from notifications.outbound.results import OutboundError

logger = logging.getLogger(__name__)

SECONDS: Final = 10
AGAIN_AFTER: Final = 5.0
EXEC: Final = "exec:"
# More paths of one page are told as everything.
MOST: Final = 1000

type Hook = Callable[[str, Sequence[str]], None]


class HookError(Exception):
    """The hook did not take it; the argument says why."""


class Purging:
    """Calls the hook in a thread of its own; what fails is said, and tried once more."""

    def __init__(self, hook: Hook, again_after: float = AGAIN_AFTER) -> None:
        self._hook, self._again_after = hook, again_after
        self._waiting: dict[str, dict[str, None]] = {}
        self._bell = Condition()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="purging", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self, patience: float) -> None:
        """Make the calls that wait, if they are quick."""
        self._stopping.set()
        self._thread.join(patience)

    def tell(self, page_url: str, paths: Sequence[str]) -> None:
        """Have the hook called with these paths of a site; returns at once."""
        with self._bell:
            waiting = self._waiting.setdefault(page_url, {})
            everything = f"{urlsplit(page_url).path}*"
            if everything not in waiting:
                waiting.update(dict.fromkeys(paths))
            if everything in waiting or len(waiting) > MOST:
                self._waiting[page_url] = {everything: None}
            self._bell.notify()

    def _run(self) -> None:
        while not self._stopping.is_set() or self._waiting:
            if (call := self._next()) and not self._call(*call):
                self._stopping.wait(self._again_after)
                self._call(*call)

    def _next(self) -> tuple[str, list[str]] | None:
        with self._bell:
            if not self._waiting and not self._bell.wait(0.2):
                return None
            page_url = next(iter(self._waiting))
            return page_url, list(self._waiting.pop(page_url))

    def _call(self, page_url: str, paths: Sequence[str]) -> bool:
        try:
            self._hook(page_url, paths)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the next call comes
            logger.warning("PUBLISH_HOOK failed for %d paths: %s", len(paths), error)
            return False
        return True


def hook_for(address: str) -> Hook | None:
    """Return the hook at an address: `https://...`, `exec:/path/to/program`, or none."""
    if not address:
        return None
    if address.startswith(EXEC):
        return partial(_run_program, address.removeprefix(EXEC))
    return partial(_post, address)


def _post(address: str, page_url: str, paths: Sequence[str]) -> None:
    body = json.dumps({"page": page_url, "paths": list(paths)}).encode()
    try:
        answer = Door.of_settings().post(address, body, {"Content-Type": "application/json"})
    except OutboundError as error:
        # The address may hold a token: it is not repeated.
        raise HookError(f"{urlsplit(address).hostname}: {type(error).__name__}") from None
    if not 200 <= answer.status < 300:
        raise HookError(f"{urlsplit(address).hostname}: HTTP {answer.status}")


def _run_program(program: str, page_url: str, paths: Sequence[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 -- no shell; the program is the operator's
            [program, page_url],
            input="".join(f"{path}\n" for path in paths),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HookError(f"{program}: {type(error).__name__}") from error
    if done.returncode:
        raise HookError(f"{program} ended with {done.returncode}: {done.stderr.strip()[:200]}")
