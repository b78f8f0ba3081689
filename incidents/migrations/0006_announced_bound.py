from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0005_when_known"),
    ]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="max_minutes",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="How long each window of planned work may last.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="announced_for",
            field=models.ManyToManyField(
                blank=True, related_name="announced_maintenances", to="incidents.component"
            ),
        ),
    ]
