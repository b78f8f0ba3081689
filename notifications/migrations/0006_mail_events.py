"""An inbox of what comes back, and suppressions with their reason, page and name."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import incidents.models.fields
from incidents.append_only import AppendOnly
from incidents.core.ids import new_id


def name_suppressions(apps: Any, _schema_editor: Any) -> None:
    """Give what there is a name of its own."""
    for row in apps.get_model("notifications", "Suppression").objects.all():
        row.public_id = new_id()
        row.save(update_fields=["public_id"])


class Migration(migrations.Migration):
    """The inbox is append-only: no row of it is ever changed."""

    dependencies = [
        ("incidents", "0014_found_by_its_end"),
        ("notifications", "0005_contact_of_a_subscription"),
    ]

    operations = [
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=320)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for its delivery"),
                            ("noted", "Noted at its delivery"),
                            ("suppressed", "The address is left alone"),
                            ("unknown", "About no mail of ours"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("judged_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="MailEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=20)),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "fate",
                    models.CharField(
                        choices=[
                            ("hard", "The address does not work"),
                            ("soft", "It could not be delivered"),
                            ("refused", "This mail was refused"),
                            ("complaint", "Marked as spam by the reader"),
                            ("left", "The reader left at the mail provider"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("delivery_number", models.BigIntegerField(null=True)),
                ("provider_id", models.CharField(blank=True, max_length=200)),
                ("address_key", models.CharField(blank=True, max_length=32)),
                ("received_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="suppression",
            name="origin",
            field=models.CharField(
                choices=[
                    ("bounce", "Bounced"),
                    ("soft", "Bounced again and again"),
                    ("complaint", "Complained"),
                    ("left", "Left at the mail provider"),
                    ("hand", "Added by hand"),
                ],
                default="bounce",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="page",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="suppressions",
                to="incidents.page",
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="public_id",
            field=models.CharField(default="", editable=False, max_length=12),
        ),
        migrations.RunPython(name_suppressions, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="suppression",
            name="public_id",
            field=incidents.models.fields.PublicIdField(),
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
                ],
                default="pending",
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("provider_id", ""), _negated=True),
                fields=["provider_id"],
                name="delivery_by_provider_id",
            ),
        ),
        migrations.AddField(
            model_name="judgement",
            name="delivery",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="notifications.delivery",
            ),
        ),
        migrations.AddIndex(
            model_name="mailevent",
            index=models.Index(fields=["delivery_number"], name="mail_event_by_delivery"),
        ),
        migrations.AddIndex(
            model_name="mailevent",
            index=models.Index(fields=["address_key", "received_at"], name="mail_event_by_address"),
        ),
        migrations.AddField(
            model_name="judgement",
            name="event",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="judgement",
                to="notifications.mailevent",
            ),
        ),
        migrations.AddIndex(
            model_name="judgement",
            index=models.Index(
                condition=models.Q(("verdict", "waiting")),
                fields=["event"],
                name="judgement_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict", "waiting"),
                    models.Q(("address", ""), ("judged_at__isnull", False)),
                    _connector="OR",
                ),
                name="judgement_keeps_no_address",
            ),
        ),
        AppendOnly("notifications_mailevent"),
    ]
