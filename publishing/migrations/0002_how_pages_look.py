"""How each page looks: its theme, and its pictures."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0013_what_the_clock_asks"),
        ("publishing", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Theme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("accent", models.CharField(blank=True, max_length=7)),
                ("button_text", models.CharField(blank=True, max_length=7)),
                ("link", models.CharField(blank=True, max_length=7)),
                ("text", models.CharField(blank=True, max_length=7)),
                ("background", models.CharField(blank=True, max_length=7)),
                ("accent_dark", models.CharField(blank=True, max_length=7)),
                ("button_text_dark", models.CharField(blank=True, max_length=7)),
                ("link_dark", models.CharField(blank=True, max_length=7)),
                ("text_dark", models.CharField(blank=True, max_length=7)),
                ("background_dark", models.CharField(blank=True, max_length=7)),
                (
                    "header_links",
                    models.JSONField(blank=True, default=list, help_text="Label and address."),
                ),
                (
                    "footer_links",
                    models.JSONField(blank=True, default=list, help_text="Label and address."),
                ),
                ("footer_text", models.CharField(blank=True, max_length=500)),
                ("custom_css", models.TextField(blank=True, help_text="As it was typed.")),
                ("safe_css", models.TextField(blank=True, help_text="What readers get of it.")),
                (
                    "pictures",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Width and height of each picture that there is.",
                    ),
                ),
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="theme",
                        to="incidents.page",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("logo", "Logo"),
                            ("logo_dark", "Logo in the dark"),
                            ("favicon", "Sign in the tab"),
                        ],
                        max_length=12,
                    ),
                ),
                ("content_type", models.CharField(default="image/png", max_length=40)),
                ("body", models.BinaryField()),
                ("width", models.PositiveSmallIntegerField()),
                ("height", models.PositiveSmallIntegerField()),
                ("digest", models.CharField(help_text="SHA-256 of the bytes.", max_length=64)),
                ("created_at", models.DateTimeField()),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="incidents.page",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("page", "purpose"), name="attachment_one_a_purpose"
                    )
                ],
            },
        ),
    ]
