"""Who wrote and reviews a postmortem, what lists tell of it, and when an incident was noticed."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns of postmortems and their reviews; one of incidents, one of pages."""

    dependencies: ClassVar = [("incidents", "0008_promises_replaced")]
    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="postmortem", name="postmortem_published_has_time"),
        migrations.RemoveField(model_name="postmortem", name="reminded_at"),
        migrations.AddField(
            model_name="incident",
            name="acknowledged_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="page",
            name="postmortem_days",
            field=models.PositiveSmallIntegerField(
                default=7,
                help_text="Days after which a major incident should have one; 0 for never.",
            ),
        ),
        migrations.AddField(
            model_name="postmortem",
            name="edition",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="postmortem",
            name="written_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="postmortem",
            name="written_by_person_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="postmortemreview",
            name="asked_of",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="postmortemreview",
            name="asked_of_person_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="postmortemreview",
            name="number",
            field=models.PositiveIntegerField(
                default=1, help_text="Of the revision that it is to become."
            ),
        ),
        migrations.AlterField(
            model_name="postmortem",
            name="signatories",
            field=models.TextField(blank=True, help_text="Teams and names, one a line."),
        ),
        migrations.AlterField(
            model_name="postmortemreview",
            name="verdict",
            field=models.CharField(
                blank=True,
                choices=[
                    ("approved", "Approved"),
                    ("returned", "Sent back"),
                    ("called_off", "Called off"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="postmortem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("published", "amended")), _negated=True),
                    ("published_at__isnull", False),
                    _connector="OR",
                ),
                name="postmortem_public_has_time",
            ),
        ),
    ]
