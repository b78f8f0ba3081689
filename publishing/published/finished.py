"""What may have to stand at a path: a file, nothing, or the way to where it stands now."""

from typing import NamedTuple

from publishing.artefact import Artefact


class Gone(NamedTuple):
    """Nothing public stands at this path any more."""

    path: str


class Elsewhere(NamedTuple):
    """What stood at this path stands at another one of the page."""

    path: str
    target: str


type Finished = Artefact | Gone | Elsewhere
