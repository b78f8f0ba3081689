"""What the public face keeps of its own: how pages look, and who pushes them elsewhere."""

from publishing.models.attachment import Attachment, Purpose
from publishing.models.lease import PublishLease
from publishing.models.theme import Theme

__all__ = ["Attachment", "PublishLease", "Purpose", "Theme"]
