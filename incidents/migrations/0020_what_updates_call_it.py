from django.db import migrations, models

CALLED = {"incident.false_alarm": "false_alarm", "incident.merged": "duplicate"}


def name_outcomes(apps, schema_editor):
    """The journal knows which update said what it turned out to be."""
    events = apps.get_model("incidents", "Event").objects.filter(kind__in=CALLED)
    updates = apps.get_model("incidents", "Update").objects
    for kind, public_id in events.values_list("kind", "object_id"):
        updates.filter(public_id=public_id).update(outcome=CALLED[kind])


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0019_what_holds_a_component"),
    ]

    operations = [
        migrations.AddField(
            model_name="update",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[("false_alarm", "False alarm"), ("duplicate", "Duplicate")],
                max_length=12,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(name_outcomes, migrations.RunPython.noop),
    ]
