"""Fields that several entities share."""

from typing import Any

from django.db import models

from incidents.core.ids import LENGTH, new_id


class PublicIdField(models.CharField):  # type: ignore[type-arg]
    """The name under which the world knows a row: 12 characters [a-z0-9]."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_length": LENGTH, "unique": True, "default": new_id, "editable": False}
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        """Look for an id with NUL as for one that nobody has: PostgreSQL takes no NUL at all."""
        value = super().get_prep_value(value)
        return value.replace("\0", "\ufffd") if isinstance(value, str) else value

    def deconstruct(self) -> Any:
        """Leave out of migrations what `__init__` sets anyway."""
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "unique", "default", "editable"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs
