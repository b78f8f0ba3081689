"""What is sent to us is read before anybody waits on it: slow senders never hold up readers."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any, Final

Application = Callable[..., Iterable[bytes]]

# Of the threads of `manage.py serve`; the others are left to whoever reads.
AT_ONCE: Final = 5
LARGEST: Final = 1_048_576
BUSY: Final = f"{HTTPStatus.SERVICE_UNAVAILABLE} {HTTPStatus.SERVICE_UNAVAILABLE.phrase}"


class Bodies:
    """Reads the body of a request before the application sees it, few of them at once.

    The server hands bodies over as they drip in, one thread each: without this, as many idle
    senders as there are threads would close the site to everybody.
    """

    def __init__(self, application: Application, at_once: int = AT_ONCE) -> None:
        self._application = application
        self._reading = BoundedSemaphore(at_once)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answer, or say at once that too many are sending."""
        length = _length(environ)
        if length:
            if not self._reading.acquire(blocking=False):
                return _busy(start_response)
            try:
                environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
            finally:
                self._reading.release()
        return self._application(environ, start_response)


def _length(environ: dict[str, Any]) -> int:
    """Return how much there is to read; nothing of what is refused for its size alone."""
    announced = environ.get("CONTENT_LENGTH") or ""
    # More digits than any body has are no length, and slow to read as a number.
    length = int(announced) if announced.isdecimal() and len(announced) < 20 else 0
    return length if length <= LARGEST else 0


def _busy(start_response: Callable[..., Any]) -> list[bytes]:
    text = b"Too many are sending at this moment; please try again in a few seconds.\n"
    start_response(
        BUSY,
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(text))),
            ("Retry-After", "5"),
        ],
    )
    return [text]
