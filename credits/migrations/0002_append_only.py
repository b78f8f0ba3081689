"""The ledger and the versions of policies can only grow."""

from typing import ClassVar

from django.db import migrations

from incidents.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies: ClassVar = [("credits", "0001_initial")]

    operations: ClassVar = [
        AppendOnly("credits_ledgerentry"),
        AppendOnly("credits_slapolicyversion"),
    ]
