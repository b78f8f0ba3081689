"""The embedded worker is started anew when it fails, and ends with its process."""

import os
import subprocess
import sys
import time
from pathlib import Path

SCRIPT = """
import time
import django
django.setup()
from notifications.senders import sending
from proof.waiting import until
from statuspage.celery import app
from statuspage.worker import EmbeddedWorker

@app.task(name="probe")
def probe():
    print("begun", flush=True)
    until(sending.stopping.is_set, 30, "it is told")
    print("told", flush=True)

EmbeddedWorker().start()
app.send_task("probe", queue="jobs")
time.sleep(3)
"""


FAILING = """
import time
from threading import Event
import django
django.setup()
from celery.beat import Scheduler
from celery.worker.consumer import Consumer
from statuspage import worker
from statuspage.celery import app

def failing_once(cls, name):
    whole, failed = getattr(cls, name), []
    def once(self, *given):
        if failed:
            return whole(self, *given)
        failed.append(True)
        raise RuntimeError(f"{name} failed")
    setattr(cls, name, once)

heard = {"by the worker": Event(), "by the clock": Event()}

@app.task(name="probe")
def probe(by):
    heard[by].set()

failing_once(Consumer, "start")
failing_once(Scheduler, "tick")
worker.BREATH = 0.1
app.conf.beat_schedule = {
    "probe": {"task": "probe", "schedule": 1, "args": ["by the clock"], "options": {"queue": "jobs"}}
}
worker.EmbeddedWorker().start()
app.send_task("probe", args=["by the worker"], queue="jobs")
for by, event in heard.items():
    print(by, event.wait(20), flush=True)
"""


def test_whoever_fails_is_started_anew(tmp_path: Path) -> None:
    ended = _run(FAILING, tmp_path)
    assert ended.stdout.split("\n") == ["by the worker True", "by the clock True", ""]
    assert ended.stderr.count("it is started anew") == 2
    assert "start failed" in ended.stderr
    assert "tick failed" in ended.stderr


def test_whoever_sends_is_told_to_leave_off_when_the_process_ends(tmp_path: Path) -> None:
    began = time.monotonic()
    ended = _run(SCRIPT, tmp_path)
    assert ended.stdout.split() == ["begun", "told"]
    assert "cannot schedule" not in ended.stderr
    assert time.monotonic() - began < 25


def _run(script: str, data: Path) -> subprocess.CompletedProcess[str]:
    settings = {"DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "statuspage.settings"}
    return subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | settings | {"REDIS_URL": "", "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
