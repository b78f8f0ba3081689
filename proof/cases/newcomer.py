"""A fresh clone, Python and make only: a filled page in two minutes, again in five seconds."""

import os
import re
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from proof import tools
from proof.process import Process
from proof.verdict import NotProven, Verdict
from proof.visitor import Visitor
from proof.waiting import answers, free_port, until

FIRST = 120
AGAIN = 5
TESTS = 1800


def prove(verdict: Verdict) -> None:
    """Clone what is committed, and do what the README says."""
    for tool in (tools.GIT, tools.MAKE):
        if not tool.path:
            raise NotProven(tool.install)
    with TemporaryDirectory(prefix="candor-newcomer-") as folder:
        clone = Path(folder) / "candor"
        subprocess.run([tools.GIT.path, "clone", "-q", str(tools.root()), str(clone)], check=True)
        first = _demo(verdict, clone, FIRST)
        verdict.measured(f"first `make demo` serves after {first:.0f} s")
        again = _demo(verdict, clone, AGAIN)
        verdict.measured(f"the next one after {again:.1f} s")
        verdict.measured(f"`make test`: {_tests(verdict, clone)}")


def _demo(verdict: Verdict, clone: Path, limit: float) -> float:
    port, log = free_port(), clone.parent / "demo.log"
    log.write_text("")
    started, url = time.monotonic(), f"http://127.0.0.1:{port}"
    environment = _newcomers_environment() | {"PORT": str(port)}
    command = [tools.MAKE.path, "demo"]
    with Process(command, log=log, cwd=clone, env=environment) as demo:
        until(lambda: answers(url) or demo.ended, FIRST * 3, f"`make demo` answers ({log})")
        seconds = time.monotonic() - started
        printed = log.read_text()
        verdict.expect(not demo.ended, f"`make demo` ended: {printed[-500:]}")
        verdict.expect(seconds <= limit, f"`make demo` took {seconds:.1f} s, not {limit:g}")
        _sign_in_as_printed(verdict, printed, url)
    return seconds


def _sign_in_as_printed(verdict: Verdict, printed: str, url: str) -> None:
    sign_in = re.search(r"(\S+@example\.com)\s+(\S+)", printed)
    verdict.expect(url.rpartition(":")[2] in printed, f"no address in: {printed}")
    verdict.expect(sign_in, f"no sign-in in: {printed}")
    if sign_in:
        visitor = Visitor(url)
        visitor.sign_in(sign_in[1], sign_in[2])
        verdict.expect("sign-in" not in visitor.here, "the printed sign-in does not work")


def _tests(verdict: Verdict, clone: Path) -> str:
    done = subprocess.run(
        [tools.MAKE.path, "test"],
        cwd=clone,
        env=_newcomers_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TESTS,
        check=False,
    )
    closing = (done.stdout.strip().splitlines() or ["nothing printed"])[-1].strip("= ")
    verdict.expect(done.returncode == 0, f"`make test`: {closing}")
    return closing


def _newcomers_environment() -> dict[str, str]:
    known = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
    return {name: value for name, value in os.environ.items() if name in known or _is_pip(name)}


def _is_pip(name: str) -> bool:
    return name.startswith("PIP_")  # how this machine reaches its packages
