"""A published folder, and places to push it to: a bucket of moto's server, folders, rsync."""

import gzip
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
import requests
from django.conf import LazySettings

from proof.process import Process
from proof.waiting import answers, free_port, until

HTML = b"<!doctype html><title>Example Mail</title>" + b"<p>All systems work.</p>" * 40

# Whoever serves a bucket to the world says so; no object says it of itself.
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::BUCKET/*",
        }
    ],
}


class Published:
    """A folder as a shelf leaves it, in which files come and go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, body: bytes = HTML, *, packed: bool = True) -> None:
        """Let a file stand, with its twin."""
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
        if packed:
            place.with_name(f"{place.name}.gz").write_bytes(gzip.compress(body, mtime=0))

    def take(self, name: str) -> None:
        """Let a file stand no more."""
        for each in (name, f"{name}.gz"):
            (self.folder / each).unlink(missing_ok=True)


@pytest.fixture
def published(tmp_path: Path) -> Published:
    """A small page with one file of each kind, and what is Candor's own."""
    made = Published(tmp_path / "published" / "abcdefghijkl")
    made.put("index.html")
    made.put("incidents/aaaaaaaaaaaa/index.html")
    made.put("assets/site.0123456789ab.css", b"p { margin: 0 }" * 60)
    made.put("api/v2/summary.json", b'{"page": {}}' * 60)
    made.put("history.atom", b"<feed/>" * 100)
    made.put("favicon.svg", b"<svg/>", packed=False)
    made.put(".gone/incidents/bbbbbbbbbbbb/index.html")
    made.put(".moved/old/index.html", b"new/", packed=False)
    return made


class Answer(NamedTuple):
    """What a reader is answered, byte for byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Bucket:
    """A bucket, and how the world reads it."""

    address: str
    public: str

    def get(self, key: str) -> "Answer":
        """Ask for an object like any reader; what is compressed stays so."""
        with requests.get(f"{self.public}/{key}", timeout=10, stream=True) as answer:
            return Answer(answer.status_code, answer.headers, answer.raw.read())

    def put(self, key: str, body: bytes) -> requests.Response:
        """Lay an object into it, as somebody else."""
        return requests.put(f"{self.public}/{key}", data=body, timeout=10)

    def remove(self) -> None:
        """Take it away with all that lies in it."""
        self.allow("s3:DeleteObject")
        for each in [*(f"/{name}" for name in self.names()), ""]:
            assert requests.delete(f"{self.public}{each}", timeout=10).ok

    def make(self) -> None:
        """Let it be there, readable by the world."""
        assert requests.put(self.public, timeout=10).ok
        self.allow("s3:GetObject")

    def allow(self, action: str) -> None:
        """Let everybody do one thing with what lies in it."""
        policy = json.dumps(POLICY).replace("BUCKET", self.public.rpartition("/")[2])
        said = policy.replace("s3:GetObject", action)
        assert requests.put(f"{self.public}?policy", data=said, timeout=10).ok

    def names(self) -> set[str]:
        """Everything that lies in it."""
        listing = requests.get(f"{self.public}?list-type=2", timeout=10).text
        return {part.partition("</Key>")[0] for part in listing.split("<Key>")[1:]}


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Something that speaks S3, on loopback."""
    folder, port = tmp_path_factory.mktemp("s3"), free_port()
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1"]
    with Process([*command, "-p", str(port)], log=folder / "log", cwd=folder):
        url = f"http://127.0.0.1:{port}"
        until(lambda: answers(url), 30, f"the bucket's server answers ({folder})")
        yield url


@pytest.fixture
def bucket(s3_server: str, settings: LazySettings, tmp_path: Path) -> Bucket:
    """An empty bucket of this test's own, with credentials from the settings."""
    settings.AWS_ACCESS_KEY_ID, settings.AWS_SECRET_ACCESS_KEY = "AKIDEXAMPLE", "hush/hush"
    name = f"b{abs(hash(tmp_path))}"
    made = Bucket(f"s3://{name}?endpoint={s3_server}&region=us-east-1", f"{s3_server}/{name}")
    made.make()
    return made
