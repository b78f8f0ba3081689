"""Whether mails leave at all, for whoever looks before any model is loaded."""

from django.conf import settings


def keeps() -> bool:
    """Whether mails are kept instead of sent."""
    backend: str = settings.MAILERS["default"]["BACKEND"]
    return backend == "notifications.mail.backends.KeepBackend"
