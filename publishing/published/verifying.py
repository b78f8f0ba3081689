"""Whether what stands is what the record gives."""

from datetime import datetime

from incidents.models import Page
from publishing.published import inventory
from publishing.published.finished import Gone
from publishing.published.making import finished
from publishing.published.shelf import ASSETS, Shelf


def differences(page: Page, shelf: Shelf, at: datetime) -> list[str]:
    """Return the paths whose file is not what the record gives at the instant that it shows.

    Those too that ought to have a file by now, and have none.
    """
    wrong, page = [], Page.objects.get(pk=page.pk)
    for kept in shelf.index.files():
        if kept.path.startswith(ASSETS):
            continue
        again = finished(page, kept.path, kept.at)
        if isinstance(again, Gone) or not shelf.holds(again):
            wrong.append(kept.path)
    missing = inventory.everything(page, at).keys() - {kept.path for kept in shelf.index.files()}
    stand = [path for path in sorted(missing) if not isinstance(finished(page, path, at), Gone)]
    return wrong + stand
