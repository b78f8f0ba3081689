import django.db.models.deletion
from django.db import migrations, models

STATES = "('pending', 'retry', 'claimed')"


def room_for_marks(apps, editor):
    """Leave half of each page free, so that PostgreSQL marks a row in its place."""
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE notifications_delivery SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0014_found_by_its_end"),
        ("notifications", "0011_stand_ins"),
    ]

    operations = [
        migrations.CreateModel(
            name="Chunk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lane", models.CharField(max_length=12)),
                ("channel", models.CharField(max_length=16)),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("due_at", models.DateTimeField()),
                ("owner", models.CharField(blank=True, max_length=80)),
                ("lease_until", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_to_send",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_by_owner",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_failed",
        ),
        migrations.AddField(
            model_name="broadcast",
            name="expanded_to",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="delivery",
            name="failed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="broadcast",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="notifications.broadcast",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="next_attempt_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="page",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="incidents.page",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "Waiting"),
                    ("claimed", "Being sent"),
                    ("retry", "Waiting to be tried again"),
                    ("sent", "Sent"),
                    ("bounced", "Came back"),
                    ("failed", "Failed"),
                    ("superseded", "Replaced by a newer update"),
                    ("suppressed", "Not wanted any more"),
                    ("cancelled", "Cancelled by staff"),
                ],
                default="pending",
                max_length=12,
            ),
        ),
        migrations.RunSQL(
            [
                "UPDATE notifications_delivery SET failed_at = created_at WHERE state = 'failed'",
                f"UPDATE notifications_delivery SET next_attempt_at = NULL WHERE state NOT IN {STATES}",  # noqa: S608
            ],
            "UPDATE notifications_delivery SET next_attempt_at = created_at"
            " WHERE next_attempt_at IS NULL",
        ),
        migrations.RunPython(room_for_marks, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("next_attempt_at__isnull", False)),
                fields=["lane", "next_attempt_at"],
                name="delivery_to_send",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("broadcast__isnull", True)),
                fields=["page"],
                name="delivery_of_no_broadcast",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("failed_at__isnull", False)),
                fields=["page", "failed_at"],
                name="delivery_failed",
            ),
        ),
        migrations.AddField(
            model_name="chunk",
            name="broadcast",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="chunks",
                to="notifications.broadcast",
            ),
        ),
        migrations.AddField(
            model_name="chunk",
            name="page",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="incidents.page",
            ),
        ),
        migrations.AddIndex(
            model_name="chunk",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", True)),
                fields=["lane", "due_at"],
                name="chunk_to_send",
            ),
        ),
        migrations.AddConstraint(
            model_name="chunk",
            constraint=models.UniqueConstraint(
                fields=("broadcast", "channel", "first_id"), name="chunk_once"
            ),
        ),
    ]
