"""What a page says in its own words in its mails."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A row for each kind of mail and language."""

    dependencies = [
        ("incidents", "0014_found_by_its_end"),
        ("notifications", "0007_stalls"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("every", "Every mail"),
                            ("update", "Incidents"),
                            ("maintenance", "Maintenance"),
                            ("postmortem", "Postmortems"),
                            ("component", "Changes of a component"),
                            ("confirmation", "Confirmation of a subscription"),
                            ("answer", "Answers to readers"),
                        ],
                        max_length=12,
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=16)),
                ("prefix", models.CharField(blank=True, max_length=60)),
                ("introduction", models.TextField(blank=True)),
                ("footer", models.TextField(blank=True)),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_texts",
                        to="incidents.page",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("page", "kind", "language"), name="mail_text_once"
                    )
                ],
            },
        ),
    ]
