"""A bucket answers like the application: types, caching, compression, validators."""

import gzip
import hashlib
from pathlib import Path
from typing import Any

import obstore
import pytest

from proof.waiting import free_port
from publishing.headers import FOREVER, FRESH
from publishing.targets import PushError, s3, target_for
from tests.publishing.targets.conftest import HTML, Bucket, Published

TYPES = {
    "index.html": "text/html; charset=utf-8",
    "incidents/aaaaaaaaaaaa/index.html": "text/html; charset=utf-8",
    "assets/site.0123456789ab.css": "text/css; charset=utf-8",
    "api/v2/summary.json": "application/json; charset=utf-8",
    "history.atom": "application/atom+xml; charset=utf-8",
    "favicon.svg": "image/svg+xml; charset=utf-8",
}


@pytest.fixture
def filled(bucket: Bucket, published: Published) -> Bucket:
    """The bucket with everything in it."""
    target_for(bucket.address).level(published.folder)
    return bucket


@pytest.mark.parametrize("name", TYPES)
def test_every_object_says_what_it_is_and_how_long_it_lasts(filled: Bucket, name: str) -> None:
    answer = filled.get(name)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == TYPES[name]
    assert answer.headers["Cache-Control"] == (FOREVER if name.startswith("assets/") else FRESH)
    assert answer.headers.get("Content-Encoding") == (None if name == "favicon.svg" else "gzip")


def test_text_lies_there_compressed_and_its_tag_is_that_of_its_bytes(filled: Bucket) -> None:
    answer = filled.get("index.html")
    assert gzip.decompress(answer.body) == HTML
    assert answer.headers["ETag"].strip('"') == hashlib.md5(answer.body).hexdigest()


def test_what_is_equal_is_not_uploaded_again(
    filled: Bucket, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought: list[str] = []
    put = obstore.put

    def noted(store: Any, key: str, *args: Any, **options: Any) -> Any:
        brought.append(key)
        return put(store, key, *args, **options)

    monkeypatch.setattr(obstore, "put", noted)
    target_for(filled.address).level(published.folder)
    assert brought == []
    published.put("history.atom", b"<feed>new</feed>" * 60)
    target_for(filled.address).level(published.folder)
    assert brought == ["history.atom"]


def test_a_prefix_is_a_place_of_its_own(bucket: Bucket, published: Published) -> None:
    address = bucket.address.replace("?", "/status/mail?")
    assert bucket.put("elsewhere.txt", b"somebody's").ok
    target = target_for(address)
    target.level(published.folder)
    target.level(published.folder)
    assert bucket.get("status/mail/index.html").status == 200
    assert "elsewhere.txt" in bucket.names()
    target.level(published.folder / "not-there")
    assert bucket.names() == {"elsewhere.txt", "status/mail/.candor"}


def test_a_neighbour_whose_name_begins_alike_stays(bucket: Bucket, published: Published) -> None:
    assert bucket.put("mailing/index.html", b"somebody's").ok
    target_for(bucket.address.replace("?", "/mail?")).level(published.folder)
    assert "mailing/index.html" in bucket.names()


def test_credentials_of_the_address_win(bucket: Bucket, published: Published) -> None:
    address = bucket.address.replace("s3://", "s3://KEYOFADDRESS:a%2Fb@")
    target_for(address).push(published.folder, [""])
    assert bucket.get("index.html").status == 200


def test_no_such_bucket_is_said_without_a_secret(s3_server: str, published: Published) -> None:
    address = f"s3://AKID:SECRET@nobodys-bucket?endpoint={s3_server}&region=us-east-1"
    with pytest.raises(PushError, match="404 Not Found") as refused:
        target_for(address).level(published.folder)
    assert "SECRET" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_bucket_that_was_removed_is_said(bucket: Bucket, published: Published) -> None:
    target = target_for(bucket.address)
    target.level(published.folder)
    bucket.remove()
    for path in ("history.atom", "stands/no/more/"):
        with pytest.raises(PushError, match="404 Not Found"):
            target.push(published.folder, [path])
    with pytest.raises(PushError, match="404 Not Found"):
        target.level(published.folder)


def test_from_a_bucket_that_was_removed_nothing_has_to_be_taken_away(
    bucket: Bucket, published: Published
) -> None:
    target = target_for(bucket.address)
    target.level(published.folder)
    bucket.remove()
    # First as one that was ours, then as one of which nothing is known.
    for each in (target, target, target_for(bucket.address)):
        assert each.level(published.folder / "not-there") == []


def test_a_bucket_that_was_made_anew_is_claimed_anew(bucket: Bucket, published: Published) -> None:
    target = target_for(bucket.address)
    target.level(published.folder)
    bucket.remove()
    with pytest.raises(PushError):
        target.push(published.folder, [""])
    bucket.make()
    target.level(published.folder)
    target_for(bucket.address).level(published.folder)
    assert {".candor", "index.html"} <= bucket.names()


def test_what_is_gone_before_it_is_read_keeps_nothing_else(
    bucket: Bucket, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = s3._body

    def gone(folder: Path, name: str) -> tuple[bytes, str]:
        if name == "index.html":
            raise FileNotFoundError
        return read(folder, name)

    monkeypatch.setattr(s3, "_body", gone)
    target_for(bucket.address).push(published.folder, ["", "history.atom"])
    assert bucket.names() == {".candor", "history.atom"}


def test_a_bucket_that_does_not_answer_is_said(published: Published) -> None:
    address = f"s3://AKID:SECRET@bucket?endpoint=http://127.0.0.1:{free_port()}&region=us-east-1"
    with pytest.raises(PushError, match="error sending request") as refused:
        target_for(address).push(published.folder, [""])
    assert "SECRET" not in str(refused.value)
