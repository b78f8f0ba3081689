"""What was deleted from a folder: looked for when a publisher starts, and once an hour."""

from datetime import datetime
from math import inf
from time import monotonic
from typing import Final

from incidents.models import Page
from publishing.published import inventory
from publishing.published.inventory import Stage
from publishing.published.shelf import Shelf

# In seconds.
EVERY: Final = 3600.0


class Losses:
    """Remembers when each folder was last compared with its index."""

    def __init__(self) -> None:
        self._looked: dict[str, float] = {}

    def are_due(self, shelf: Shelf) -> bool:
        """Whether to look for them: at once where the whole folder is gone."""
        waited = monotonic() - self._looked.get(shelf.name, -inf)
        return waited >= EVERY or not shelf.folder.is_dir()

    def owe(self, page: Page, shelf: Shelf, at: datetime) -> None:
        """Have whatever is lost made again."""
        self._looked[shelf.name] = monotonic()
        if lost := shelf.lost():
            stages = inventory.everything(page, at)
            shelf.index.owe({path: stages.get(path, Stage.REST) for path in lost}, {})
