"""The journal can only grow."""

from typing import ClassVar

from django.db import migrations

from incidents.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies: ClassVar = [("incidents", "0002_initial")]

    operations: ClassVar = [AppendOnly("incidents_event")]
