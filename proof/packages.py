"""Packages of others that read a Statuspage: fetched for one proof, outside the checkout."""

import subprocess
from pathlib import Path
from tempfile import mkdtemp

from proof import tools
from proof.verdict import NotProven

SECONDS = 180


def fetched(*names: str) -> Path:
    """Install npm packages into a folder of their own, running none of their scripts."""
    folder = Path(mkdtemp(prefix="candor-npm-"))
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error")
    command = [tools.NPM.path, "install", *quiet, "--prefix", str(folder), *names]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        raise NotProven(f"let npm fetch {' and '.join(names)}: {done.stderr.strip()[-200:]}")
    return folder / "node_modules"


def node(folder: Path, script: str, *arguments: str) -> str:
    """Run a script with the packages of a folder at hand; returns what it prints."""
    done = subprocess.run(
        [tools.NODE.path, "-e", script, "--", *arguments],
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-1000:])
    return done.stdout
