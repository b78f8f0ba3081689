"""Who sends in a child of Celery's leaves off when the worker is asked to."""

import subprocess
import sys

SCRIPT = """
import os
from notifications.senders.stopping import Stopping

def child(act):
    if (number := os.fork()) == 0:
        os._exit(act())
    return number

def end_of(number):
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])

stopping = Stopping()
ready, go = os.pipe(), os.pipe()

def sender():
    before = stopping.is_set()
    os.write(ready[1], b"x")
    os.read(go[0], 1)
    return 0 if (before, stopping.is_set()) == (False, True) else 1

def twin():
    stopping.set()
    return 0

mine = child(sender)
os.read(ready[0], 1)
assert end_of(child(twin)) == 0
assert not stopping.is_set(), "what a child asks of itself is no matter of its parent"
stopping.set()
os.write(go[1], b"x")
assert end_of(mine) == 0
assert stopping.is_set()
stopping.clear()
assert not stopping.is_set()
"""


def test_a_forked_sender_hears_of_what_its_parent_is_asked_and_of_nobody_else() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], timeout=30, check=True)
