"""Who is looking: the one word that decides what of the record may be seen."""

from enum import Enum


class Viewer(Enum):
    """PUBLIC sees what was published; STAFF sees drafts, rehearsals and private pages too."""

    PUBLIC = "public"
    STAFF = "staff"


PUBLIC = Viewer.PUBLIC
STAFF = Viewer.STAFF
