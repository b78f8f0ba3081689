"""Policies, runs, lines, the ledger."""

import django.db.models.deletion
from django.db import migrations, models

import incidents.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0001_initial"),
        ("incidents", "0003_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditClass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("evidence", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("words", models.CharField(max_length=400)),
                ("reason", models.CharField(blank=True, max_length=24)),
                ("provisional", models.BooleanField()),
                ("contracts", models.PositiveIntegerField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_classes",
                        to="customers.plan",
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="CreditRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", incidents.models.fields.PublicIdField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("sla", "Owed by contract"), ("goodwill", "Goodwill")],
                        max_length=8,
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("money", "Money"), ("months", "Months of service")],
                        default="money",
                        max_length=6,
                    ),
                ),
                ("period_label", models.CharField(max_length=60)),
                ("period_start", models.DateTimeField()),
                ("period_end", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("computed", "Computed"),
                            ("approved", "Approved"),
                            ("issued", "Issued"),
                            ("rejected", "Rejected"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("provisional", models.BooleanField(default=False)),
                ("inputs_sha256", models.CharField(blank=True, max_length=64)),
                ("prepared_by", models.CharField(max_length=200)),
                ("prepared_by_person_id", models.BigIntegerField(null=True)),
                ("approved_by", models.CharField(blank=True, max_length=200)),
                ("approved_by_person_id", models.BigIntegerField(null=True)),
                ("rejection_reason", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField()),
                ("computed_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("issued_at", models.DateTimeField(null=True)),
                ("rejected_at", models.DateTimeField(null=True)),
                (
                    "components",
                    models.ManyToManyField(related_name="credit_runs", to="incidents.component"),
                ),
                (
                    "incidents",
                    models.ManyToManyField(related_name="credit_runs", to="incidents.incident"),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_runs",
                        to="incidents.page",
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-pk"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CreditLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fee_minor", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "interval",
                    models.CharField(
                        choices=[("month", "A month"), ("year", "A year")], max_length=5
                    ),
                ),
                ("amount_minor", models.PositiveBigIntegerField()),
                (
                    "unit",
                    models.CharField(
                        choices=[("money", "Money"), ("months", "Months of service")], max_length=6
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(default=0)),
                ("paid_until", models.DateField(null=True)),
                ("reason", models.CharField(blank=True, max_length=24)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_lines",
                        to="customers.account",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_lines",
                        to="customers.contract",
                    ),
                ),
                (
                    "credit_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="credits.creditclass",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="credits.creditrun",
                    ),
                ),
            ],
            options={
                "ordering": ("run", "account", "contract"),
            },
        ),
        migrations.AddField(
            model_name="creditclass",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="classes",
                to="credits.creditrun",
            ),
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(help_text="The idempotency key.", max_length=60, unique=True),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("credit", "Credit"), ("reversal", "Reversal")], max_length=8
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "unit",
                    models.CharField(
                        choices=[("money", "Money"), ("months", "Months of service")], max_length=6
                    ),
                ),
                ("months", models.SmallIntegerField(default=0)),
                ("description", models.CharField(max_length=400)),
                ("evidence_sha256", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger",
                        to="customers.account",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger",
                        to="customers.contract",
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entry",
                        to="credits.creditline",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger",
                        to="incidents.page",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="credits.ledgerentry",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="credits.creditrun",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="SlaPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", incidents.models.fields.PublicIdField()),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("sla", "Owed by contract"), ("goodwill", "Goodwill")],
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sla_policies",
                        to="incidents.page",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="customers.plan",
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="SlaPolicyVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("body", models.JSONField()),
                ("created_at", models.DateTimeField()),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="credits.slapolicy",
                    ),
                ),
            ],
            options={
                "ordering": ("policy", "number"),
            },
        ),
        migrations.AddField(
            model_name="creditrun",
            name="policy_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_runs",
                to="credits.slapolicyversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditline",
            constraint=models.UniqueConstraint(
                fields=("run", "contract"), name="line_once_per_contract"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0),
                    ("months__gt", 0),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="line_zero_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditline",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit", "months"), ("months", 0), _connector="OR"),
                name="line_months_have_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditclass",
            constraint=models.UniqueConstraint(
                fields=("run", "number"), name="class_number_unique"
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["account", "issued_at"], name="entry_by_account"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "credit")),
                fields=("run", "account", "contract"),
                name="entry_once_per_run",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_minor__gte", 0), ("kind", "credit"), ("reverses", None)),
                    models.Q(
                        ("amount_minor__lte", 0), ("kind", "reversal"), ("reverses__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="entry_sign_matches",
            ),
        ),
        migrations.AddConstraint(
            model_name="slapolicy",
            constraint=models.UniqueConstraint(fields=("page", "name"), name="policy_name_unique"),
        ),
        migrations.AddConstraint(
            model_name="slapolicy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "sla")), fields=("plan",), name="policy_one_per_plan"
            ),
        ),
        migrations.AddConstraint(
            model_name="slapolicy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "sla"), ("plan", None)),
                fields=("page",),
                name="policy_one_default",
            ),
        ),
        migrations.AddConstraint(
            model_name="slapolicyversion",
            constraint=models.UniqueConstraint(
                fields=("policy", "number"), name="policy_version_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by_person_id", None),
                    models.Q(
                        ("prepared_by_person_id__isnull", False),
                        models.Q(
                            ("approved_by_person_id", models.F("prepared_by_person_id")),
                            _negated=True,
                        ),
                    ),
                    _connector="OR",
                ),
                name="run_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["approved", "issued"]), _negated=True),
                    models.Q(("approved_by_person_id__isnull", False), ("provisional", False)),
                    _connector="OR",
                ),
                name="run_approved_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_end__gt", models.F("period_start"))),
                name="run_period_ordered",
            ),
        ),
    ]
