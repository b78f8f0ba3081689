"""The embedded worker ends with its process: told before it is waited for."""

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


def test_whoever_sends_is_told_to_leave_off_when_the_process_ends(tmp_path: Path) -> None:
    settings = {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "statuspage.settings"}
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=os.environ | settings | {"REDIS_URL": "", "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout.split() == ["begun", "told"]
    assert "cannot schedule" not in ended.stderr
    assert time.monotonic() - began < 25
