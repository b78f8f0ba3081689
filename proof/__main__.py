"""Runs the cases and prints one verdict line for each."""

import os
import signal
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path

from proof import tools
from proof.verdict import BrokenPromise, NotProven, Verdict

ORDER = (
    "newcomer", "told", "torn", "dead", "verify", "killed", "doorbell", "broker", "records",
    "twins", "restarts", "confirmations", "mail_faults", "endpoints", "ssrf", "signups", "facts",
    "readers", "look", "journeys", "machines",
)  # fmt: skip


def main() -> int:
    """Run what ONLY names, or everything; 0 when every promise held."""
    found = known()
    only = [name for name in os.environ.get("ONLY", "").replace(",", " ").split() if name]
    if unknown := [name for name in only if name not in found]:
        print(f"No case {', '.join(unknown)}; there are: {', '.join(found)}", file=sys.stderr)
        return 2
    count = int(os.environ.get("N") or 0)
    # Asked to stop, a case ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    return max(prove(name, count) for name in only or found)


def known() -> list[str]:
    """Return the cases: each is one file in proof/cases."""
    names = {path.stem for path in (Path(__file__).parent / "cases").glob("[a-z]*.py")}
    return sorted(names, key=lambda name: (ORDER.index(name) if name in ORDER else 99, name))


def prove(name: str, count: int) -> int:
    """Run one case and print its verdict; details go to proof/out."""
    verdict, started = Verdict(name, count), time.monotonic()
    try:
        import_module(f"proof.cases.{name}").prove(verdict)
    except BrokenPromise as error:
        verdict.broken = str(error)
    except NotProven as error:
        verdict.left_out(name, str(error))
    except Exception as error:  # noqa: BLE001 -- whatever goes wrong, the other cases still run
        verdict.broken = f"{type(error).__name__}: {error} (proof/out/{name}.txt)"
        _keep(name, traceback.format_exc())
    print(f"{verdict} [{time.monotonic() - started:.0f} s]", flush=True)
    return int(verdict.failed)


def _keep(name: str, text: str) -> None:
    folder = tools.root() / "proof" / "out"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_text(text)


if __name__ == "__main__":
    sys.exit(main())
