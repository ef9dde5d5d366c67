"""Statements for the public with sign-off and corrections; recommendations of overseers."""

import django.contrib.postgres.fields
from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run_file


class Migration(migrations.Migration):
    dependencies = [
        ("impact", "0001_initial"),
        ("assessment", "0001_initial"),
        ("ledger", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("number", models.IntegerField()),
                ("text", models.TextField()),
                ("about", models.TextField()),
                ("due_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                ("answer", models.TextField()),
                ("followed", models.TextField()),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                (
                    "operations",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("title", models.TextField()),
                ("environment", models.TextField()),
                ("as_of", models.BigIntegerField()),
                ("as_of_at", models.DateTimeField()),
                ("digest", models.TextField()),
                ("sentences", models.JSONField()),
                ("figures", models.JSONField()),
                ("corrects", models.IntegerField(null=True)),
                ("changes", models.JSONField()),
                ("embargo_until", models.DateTimeField(null=True)),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("number", models.IntegerField(null=True)),
                ("released_by", models.UUIDField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("release_id", models.UUIDField()),
                ("participant_id", models.UUIDField()),
                ("signing_unit_id", models.UUIDField(null=True)),
                ("person_id", models.UUIDField()),
                ("note", models.TextField()),
                ("signed_at", models.DateTimeField()),
            ],
        ),
        fence(
            "impact_release",
            Fence.OPERATION,
            verbs="SELECT, INSERT, UPDATE (number, released_by, released_at)",
        ),
        fence("impact_signoff", Fence.OPERATION),
        fence(
            "impact_recommendation",
            Fence.OPERATION,
            verbs="SELECT, INSERT, UPDATE (answer, followed, answered_by, answered_at)",
        ),
        run_file(__file__, "statements.sql"),
    ]
