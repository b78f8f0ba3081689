"""What an address looks after is found by it; nobody was ever suppressed as a subscription."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0015_reach_and_routes"),
        ("notifications", "0022_when_a_wish_is_due"),
    ]

    operations = [
        migrations.AlterField(
            model_name="subscription",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "Waiting for confirmation"),
                    ("confirmed", "Confirmed"),
                    ("unsubscribed", "Unsubscribed"),
                    ("quarantined", "Quarantined"),
                ],
                default="pending",
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["page", "destination"], name="subscription_destination"),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["page", "contact"], name="subscription_contact"),
        ),
    ]
