"""A bucket of anything that speaks S3: `s3://bucket/prefix?endpoint=https://...&region=...`."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import obstore
from django.conf import settings
from obstore.exceptions import BaseError
from obstore.store import S3Store

from publishing.published.outgoing import MARK, MARK_TEXT, OTHERS, TWINS, files, headers, waves
from publishing.published.shelf import file_of
from publishing.targets import NotOursError, PushError, bare

AT_ONCE: Final = 8
OPTIONS: Final = {"endpoint", "region"}
NO_BUCKET: Final = "<Code>NoSuchBucket</Code>"


class Bucket:
    """Objects that say for themselves what they are: a bucket negotiates nothing.

    So text lies there compressed, under its own name, which every browser and feed reader takes.
    """

    def __init__(self, parts: SplitResult) -> None:
        self.name = bare(parts)
        self._prefix = unquote(parts.path).strip("/")
        self._store = _store(parts)
        self._claimed = False

    def push(self, folder: Path, paths: Sequence[str]) -> None:
        """Uploads what stands at these paths, then removes what stands no more."""
        names = {file_of(path) for path in paths}
        here = {name for name in names if (folder / name).is_file()}
        with self._claimed_place():
            self._upload(folder, here)
            self._remove(names - here)

    def level(self, folder: Path) -> list[str]:
        """Uploads what differs, and removes what is not in the folder."""
        try:
            return self._level(folder)
        except _NoBucket:
            if any(files(folder)):
                raise
            # In a bucket that is gone nothing is left, and none is needed to hold nothing.
            return []

    def _level(self, folder: Path) -> list[str]:
        with self._claimed_place():
            there = self._objects()
            here = {name for name in files(folder) if not name.endswith(TWINS)}
            others = [name for name in here if _tag(folder, name) != there.get(name)]
            self._upload(folder, others)
            self._remove(set(there) - here)
        return [*others, *(set(there) - here)]

    @contextmanager
    def _claimed_place(self) -> Iterator[None]:
        """Within, the place is ours; after a failure it may be another one of the same name."""
        try:
            with _in_words():
                self._claim()
                yield
        except PushError:
            self._claimed = False
            raise

    def _claim(self) -> None:
        """Take a place that is empty; one that holds something else stays as it is."""
        if self._claimed:
            return
        try:
            obstore.head(self._store, self._key(MARK))
        except FileNotFoundError:
            if any(obstore.list(self._store, self._prefix or None, chunk_size=1)):
                raise NotOursError(
                    "the place is not empty, and what is in it is not ours"
                ) from None
            obstore.put(self._store, self._key(MARK), MARK_TEXT, use_multipart=False)
        self._claimed = True

    def _upload(self, folder: Path, names: Iterable[str]) -> None:
        for wave in waves(names):
            with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="upload") as pool:
                # Read to its end, so that what fails is heard of before the next wave.
                list(pool.map(lambda name: self._put(folder, name), wave))

    def _put(self, folder: Path, name: str) -> None:
        try:
            body, coding = _body(folder, name)
        except FileNotFoundError:
            # What is gone again by now is told of as gone in a moment.
            return
        said = headers(name) | ({"Content-Encoding": coding} if coding else {})
        # Of a bucket that is missing this raises FileNotFoundError, too.
        obstore.put(self._store, self._key(name), body, attributes=said, use_multipart=False)

    def _objects(self) -> dict[str, str]:
        """Return what lies there and is ours to remove, with its tag."""
        found: dict[str, str] = {}
        for batch in obstore.list(self._store, self._prefix or None):
            for each in batch:
                name = each["path"].removeprefix(f"{self._prefix}/" if self._prefix else "")
                if name != MARK and not name.startswith(OTHERS):
                    found[name] = (each["e_tag"] or "").strip('"')
        return found

    def _remove(self, names: Iterable[str]) -> None:
        if keys := [self._key(name) for name in sorted(names)]:
            obstore.delete(self._store, keys)

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}" if self._prefix else name


class _NoBucket(PushError):
    """There is no such bucket."""


def _body(folder: Path, name: str) -> tuple[bytes, str]:
    """Return what to upload, and how it is compressed."""
    try:
        return (folder / f"{name}.gz").read_bytes(), "gzip"
    except FileNotFoundError:
        return (folder / name).read_bytes(), ""


def _tag(folder: Path, name: str) -> str:
    """Return the tag that a bucket gives to an object: the MD5 of its bytes.

    One that encrypts with keys of its own has other tags; then everything is brought again.
    """
    body, _coding = _body(folder, name)
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _store(parts: SplitResult) -> S3Store:
    given = dict(parse_qsl(parts.query))
    endpoint = given.get("endpoint", "")
    if not parts.hostname or given.keys() - OPTIONS or not _is_site(endpoint):
        raise ValueError(
            "A bucket is named like s3://bucket/prefix?endpoint=https://host&region=name."
        )
    known = {
        "access_key_id": unquote(parts.username or "") or settings.AWS_ACCESS_KEY_ID,
        "secret_access_key": unquote(parts.password or "") or settings.AWS_SECRET_ACCESS_KEY,
        "region": given.get("region") or settings.AWS_REGION,
        "endpoint": endpoint,
    }
    return S3Store(
        parts.hostname,
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=5),
            "timeout": timedelta(seconds=30),
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=30)},
        **{name: value for name, value in known.items() if value},  # type: ignore[arg-type]
    )


def _is_site(endpoint: str) -> bool:
    parts = urlsplit(endpoint)
    named = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return not endpoint or (named and endpoint.isprintable() and " " not in endpoint)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        # The first line says what was asked and how it ended; the rest is for developers.
        kind = _NoBucket if NO_BUCKET in str(error) else PushError
        raise kind(str(error).partition("\n")[0][:300]) from error


TARGET: Callable[[SplitResult], Bucket] = Bucket
