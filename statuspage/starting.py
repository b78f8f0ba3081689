"""What has to hold before a server starts, and with whom it ends."""

import errno
import multiprocessing
import os
import signal
import socket
import time
from contextlib import closing
from threading import Thread
from typing import Final

# How long one that was killed may take to leave its port, in seconds.
PATIENCE: Final = 5.0
PAUSE: Final = 0.1


def is_taken(host: str, port: int, patience: float = PATIENCE) -> bool:
    """Whether somebody listens there, and goes on for so many seconds.

    The server shares its port with its own successors, so that the system would let a second
    installation answer every other reader. Raises OSError where nobody can listen.
    """
    until = time.monotonic() + patience
    while _is_taken_now(host, port):
        if time.monotonic() > until:
            return True
        time.sleep(PAUSE)
    return False


def _is_taken_now(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        # What is only just closed does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise
    return False


def end_with_parent() -> None:
    """Stop this process when the one that minds it was killed: its successor has its own."""
    Thread(target=_mind, name="orphan", daemon=True).start()


def _mind() -> None:
    if (parent := multiprocessing.parent_process()) is None:
        return
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
