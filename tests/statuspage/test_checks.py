"""A setting that cannot be is said before anything runs, and without a secret."""

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import SystemCheckError

pytestmark = pytest.mark.django_db


def test_addresses_that_can_be_pushed_to_pass(settings: LazySettings) -> None:
    settings.PUBLISH_TO = ["file:///srv/www/{page}", "s3://KEY:SECRET@bucket", "rsync:host:/srv"]
    call_command("check")


def test_an_address_that_cannot_be_is_named_by_its_place(settings: LazySettings) -> None:
    settings.PUBLISH_TO = ["file:///srv/www", "ftp://user:SECRET@host/"]
    with pytest.raises(SystemCheckError, match="PUBLISH_TO, address 2: “ftp:” is none") as refused:
        call_command("check")
    assert "SECRET" not in str(refused.value)
