"""What the public face keeps: nothing of the record, which is below it."""

from publishing.models.lease import PublishLease

__all__ = ["PublishLease"]
