"""When an end was written down, for windows that have one already; revisions never change."""

from typing import Any, ClassVar

from django.db import migrations
from django.db.models import F
from django.db.models.functions import Greatest

from incidents.append_only import AppendOnly


def date_the_ends(apps: Any, _schema_editor: Any) -> None:
    """An end that was not dated was written down when the window was, or once it had come."""
    windows = apps.get_model("incidents", "ImpactWindow").objects.filter(end__isnull=False)
    windows.update(closed_at=Greatest(F("recorded_at"), F("end")))


class Migration(migrations.Migration):
    """Dates of ends, and one more table that only grows."""

    dependencies: ClassVar = [("incidents", "0004_told_honestly")]
    operations: ClassVar = [
        migrations.RunPython(date_the_ends, migrations.RunPython.noop),
        AppendOnly("incidents_postmortemrevision"),
    ]
