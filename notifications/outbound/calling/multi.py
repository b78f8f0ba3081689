"""libcurl's multi interface on poll(2): any number of transfers, however many files are open."""

import select
from typing import Final, NamedTuple

import pycurl

NOW: Final = 0
NEVER: Final = -1


class Ended(NamedTuple):
    """A handle that is done, with libcurl's code (0: well) and words."""

    curl: pycurl.Curl
    code: int
    problem: str


class Multi:
    """Transfers under way, and the connections that are kept for the next ones."""

    def __init__(self, connections: int) -> None:
        self._multi = pycurl.CurlMulti()
        self._poll = select.poll()
        self._multi.setopt(pycurl.M_MAXCONNECTS, connections)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)

    def add(self, curl: pycurl.Curl) -> None:
        """Begin a transfer."""
        self._multi.add_handle(curl)

    def turn(self, seconds: float) -> list[Ended]:
        """Wait for so long at most, move what can be moved; returns what is done."""
        for socket, events in self._poll.poll(self._wait(seconds)):
            self._multi.socket_action(socket, _actions(events))
        if self._multi.timeout() == NOW:
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        ended = self._ended()
        for each in ended:
            self._multi.remove_handle(each.curl)
        return ended

    def drop(self, curl: pycurl.Curl) -> None:
        """Break a transfer off."""
        self._multi.remove_handle(curl)

    def close(self) -> None:
        """Close all kept connections."""
        self._multi.close()

    def _wait(self, seconds: float) -> float:
        """In milliseconds; asked once a turn, where a callback would be told twice a transfer."""
        until_timer, most = self._multi.timeout(), seconds * 1000
        return most if until_timer == NEVER else min(most, until_timer)

    def _ended(self) -> list[Ended]:
        _left, well, badly = self._multi.info_read()
        return [Ended(curl, 0, "") for curl in well] + [Ended(*each) for each in badly]

    def _watch(self, what: int, socket: int, *_unused: object) -> None:
        if what == pycurl.POLL_REMOVE:
            self._poll.unregister(socket)
            return
        reads = select.POLLIN if what & pycurl.POLL_IN else 0
        writes = select.POLLOUT if what & pycurl.POLL_OUT else 0
        self._poll.register(socket, reads | writes)


def _actions(events: int) -> int:
    actions: int = 0
    if events & (select.POLLIN | select.POLLHUP):
        actions |= pycurl.CSELECT_IN
    if events & select.POLLOUT:
        actions |= pycurl.CSELECT_OUT
    if events & (select.POLLERR | select.POLLNVAL):
        actions |= pycurl.CSELECT_ERR
    return actions
