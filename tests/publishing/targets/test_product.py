"""The product as an operator runs it: what it publishes arrives elsewhere, and it says how it is."""

from pathlib import Path
from typing import Any

import pytest
import requests

from proof.product import Product
from proof.waiting import until
from publishing.published.outgoing import files
from publishing.published.shelf import INDEX, packed
from tests import ready
from tests.publishing.targets.conftest import Bucket

LAST = "uptime/index.html"
SAID = ("Content-Type", "Cache-Control")


def product_answers(product: Product, path: str) -> dict[str, str]:
    """What the product itself says of a path."""
    answer = requests.get(f"{product.url}/{path}", timeout=10)
    assert answer.status_code == 200
    return {name: answer.headers[name] for name in SAID}


def readiness(product: Product) -> dict[str, Any]:
    """What `/readyz` says."""
    return dict(requests.get(f"{product.url}/readyz", timeout=10).json())


def plain(folder: Path) -> set[str]:
    """The files of a page without their packed twins."""
    return {name for name in files(folder) if not name.endswith(".gz")}


@pytest.mark.slow
def test_a_page_arrives_in_a_bucket_and_a_folder_and_a_full_place_is_left_alone(
    django_db_setup: None, tmp_path: Path, bucket: Bucket
) -> None:
    copy, full = tmp_path / "www" / "mail", tmp_path / "full"
    full.mkdir()
    (full / "index.html").write_text("somebody's")
    places = [bucket.address, f"file://{tmp_path}/www/{{page}}", f"file://{full}"]
    keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hush"}
    with Product("pushed", PUBLISH_TO=" ".join(places), **keys) as product:
        ready.spare(product.folder / "data")
        here = product.folder / "data" / "published" / product.seed(incident=1)["page"]
        product.start()
        # The last of a page: what comes before it is there as well.
        until((here / LAST).exists, 60, "the page is published whole")
        until(lambda: {*files(here)} == {*files(copy)}, 60, f"all is in {copy}")
        until(lambda: bucket.names() == plain(here) | {".candor"}, 60, "all is in the bucket")
        for name in sorted(plain(here)):
            mine, theirs = bucket.get(name), product_answers(product, name.removesuffix(INDEX))
            assert {each: mine.headers[each] for each in SAID} == theirs, name
            assert (mine.headers.get("Content-Encoding") == "gzip") == packed(here / name).exists()
        said = readiness(product)
    assert said["ready"]
    assert said["checks"]["publisher"]["ok"]
    assert said["checks"]["targets"] == {
        "ok": False,
        "required": False,
        "says": f"file://{full}: the folder is not empty, and what is in it is not ours",
    }
    assert [path.name for path in full.iterdir()] == ["index.html"]
