"""Accounts, plans, contracts, affected lists."""

import django.db.models.deletion
from django.db import migrations, models

import customers.models.account
import incidents.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("incidents", "0003_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", incidents.models.fields.PublicIdField()),
                ("external_id", models.CharField(max_length=120)),
                ("billing_reference", models.CharField(blank=True, max_length=120)),
                ("name", models.CharField(max_length=255)),
                ("contact_email", models.EmailField(blank=True, max_length=254)),
                (
                    "alternate_email",
                    models.EmailField(
                        blank=True,
                        help_text="For when the usual address is what broke.",
                        max_length=254,
                    ),
                ),
                ("locale", models.CharField(blank=True, max_length=12)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("good", "In good standing"),
                            ("overdue", "Overdue"),
                            ("closed", "Closed"),
                        ],
                        default="good",
                        max_length=8,
                    ),
                ),
                (
                    "statement_token",
                    models.CharField(
                        default=customers.models.account.new_statement_token,
                        max_length=48,
                        unique=True,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="incidents.page",
                    ),
                ),
            ],
            options={
                "ordering": ("external_id",),
            },
        ),
        migrations.CreateModel(
            name="AffectedAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("included_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affected_by",
                        to="customers.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AffectedList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", incidents.models.fields.PublicIdField()),
                ("created_at", models.DateTimeField()),
                (
                    "accounts",
                    models.ManyToManyField(
                        related_name="affected_lists",
                        through="customers.AffectedAccount",
                        to="customers.account",
                    ),
                ),
                (
                    "cohort",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affected_list",
                        to="incidents.cohort",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affected_lists",
                        to="incidents.page",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="affectedaccount",
            name="affected_list",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="members",
                to="customers.affectedlist",
            ),
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", incidents.models.fields.PublicIdField()),
                ("name", models.CharField(max_length=120)),
                ("created_at", models.DateTimeField()),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="incidents.page",
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", incidents.models.fields.PublicIdField()),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                ("fee_minor", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "interval",
                    models.CharField(
                        choices=[("month", "A month"), ("year", "A year")],
                        default="month",
                        max_length=5,
                    ),
                ),
                ("paid_until", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="customers.account",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="customers.plan",
                    ),
                ),
            ],
            options={
                "ordering": ("account", "valid_from"),
            },
        ),
        migrations.CreateModel(
            name="PlanComponent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "component",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coverage",
                        to="incidents.component",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coverage",
                        to="customers.plan",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="plan",
            name="components",
            field=models.ManyToManyField(
                related_name="plans", through="customers.PlanComponent", to="incidents.component"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                fields=("page", "external_id"), name="account_external_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                name="account_has_external_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="affectedaccount",
            constraint=models.UniqueConstraint(
                fields=("affected_list", "account"), name="affected_once"
            ),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(fields=["plan", "valid_from"], name="contract_by_plan"),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="contract_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("interval__in", ["month", "year"])),
                name="contract_interval_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to", None)),
                fields=("account", "plan"),
                name="contract_one_open_per_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(
                fields=("account", "plan", "valid_from"), name="contract_start_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="plancomponent",
            constraint=models.UniqueConstraint(
                fields=("plan", "component"), name="plan_covers_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(fields=("page", "name"), name="plan_name_unique"),
        ),
    ]
