"""What the public face keeps: how pages look, who may read them, who pushes them elsewhere."""

from publishing.models.access_group import AccessGroup
from publishing.models.attachment import Attachment, Purpose
from publishing.models.door import Door
from publishing.models.lease import PublishLease
from publishing.models.theme import Theme

__all__ = ["AccessGroup", "Attachment", "Door", "PublishLease", "Purpose", "Theme"]
