"""Fields that several entities share."""

import pytest

from incidents.models import Page
from incidents.models.fields import PublicIdField


@pytest.mark.django_db
def test_an_id_with_nul_is_nobodys_and_never_asked_of_the_database(page: Page) -> None:
    assert PublicIdField().get_prep_value("a\x00") == "a\ufffd"
    assert not Page.objects.filter(public_id="\x00").exists()
    assert Page.objects.get(public_id__in=["\x00", page.public_id]) == page
