"""Whether what stands is what the record gives."""

from datetime import datetime
from itertools import groupby

from incidents.models import Page
from publishing.core.paths import SUFFIX
from publishing.published import inventory
from publishing.published.finished import Gone
from publishing.published.making import finished
from publishing.published.shelf import ASSETS, Shelf
from publishing.sitting import sitting


def differences(page: Page, shelf: Shelf, at: datetime) -> list[str]:
    """Return the paths whose file is not what the record gives at the instant that it shows.

    Those too that ought to have a file by now, and have none. Assets of earlier versions are
    left out: nothing gives them again.
    """
    page = Page.objects.get(pk=page.pk)
    since = {kept.path: kept.at for kept in shelf.index.files()}
    wrong = []
    ours = inventory.of_assets()
    paths = (path for path in since if path in ours or not path.startswith(ASSETS))
    for _stem, beside in groupby(sorted(paths, key=_stem_of), _stem_of):
        # A page and its twin are rendered once; nothing else is taken from what was read before.
        with sitting():
            again = [finished(page, path, since[path]) for path in beside]
        wrong += [each.path for each in again if isinstance(each, Gone) or not shelf.holds(each)]
    missing = inventory.everything(page, at).keys() - since.keys()
    stand = [path for path in sorted(missing) if not isinstance(finished(page, path, at), Gone)]
    return sorted(wrong) + stand


def _stem_of(path: str) -> str:
    """What the path of a page and that of its twin have in common."""
    return path.removesuffix(SUFFIX).rstrip("/")
