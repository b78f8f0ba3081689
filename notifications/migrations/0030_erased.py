"""Keys of what was erased, for as long as something may still be written for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0029_monthly_report"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erased",
            fields=[
                ("subscription_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="erased_by_time")],
            },
        ),
    ]
