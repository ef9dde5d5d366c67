"""Contributions and holds."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Contribution",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("operation_id", models.UUIDField()),
                ("import_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("number", models.IntegerField()),
                ("raw", models.TextField()),
                ("fingerprint", models.TextField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("posted_at", models.DateTimeField(null=True)),
                ("seen_zone", models.TextField()),
                ("contributed_at", models.DateTimeField()),
                ("reason", models.TextField()),
                ("quote", models.TextField()),
                ("translation", models.TextField()),
                ("place", models.TextField()),
                ("title", models.TextField()),
                ("language", models.TextField()),
                ("organisation", models.TextField()),
                ("brand", models.TextField()),
                ("account", models.TextField()),
                ("digest", models.TextField()),
                ("tlp", models.TextField()),
                ("pap", models.TextField()),
                ("restriction", models.TextField()),
                ("views", models.BigIntegerField(null=True)),
                ("source_ref", models.TextField()),
                ("note", models.TextField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("operation_id", models.UUIDField(null=True)),
                ("kind", models.TextField()),
                ("scope", models.TextField()),
                ("subject", models.TextField()),
                ("prefix", models.TextField()),
                ("reason", models.TextField()),
                ("contact", models.TextField()),
                ("authority", models.TextField()),
                ("placed_by", models.UUIDField()),
                ("placed_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("operation_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("file_name", models.TextField()),
                ("file_digest", models.TextField()),
                ("format", models.TextField()),
                ("encoding", models.TextField()),
                ("purpose", models.TextField()),
                ("counts", models.JSONField()),
                ("notes", models.JSONField()),
                ("imported_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Override",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("operation_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("reason", models.TextField()),
                ("holds", ArrayField(models.TextField())),
                ("person_id", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RefusedRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("import_id", models.UUIDField()),
                ("number", models.IntegerField()),
                ("code", models.TextField()),
                ("reason", models.TextField()),
                ("excerpt", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("items", models.IntegerField()),
                ("list_digest", models.TextField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_why", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="RoundAnswer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("operation_id", models.UUIDField()),
                ("round_id", models.UUIDField()),
                ("for_unit_id", models.UUIDField()),
                ("hits", models.IntegerField()),
                ("person_id", models.UUIDField()),
                ("answered_at", models.DateTimeField()),
            ],
        ),
        run_file(__file__, "intake.sql"),
        fence("intake_import", Fence.UNIT, verbs="SELECT, INSERT, UPDATE (undone_at, counts, notes)"),
        fence("intake_refusedrow", Fence.UNIT),
        fence("intake_contribution", Fence.UNIT, verbs="SELECT, INSERT, UPDATE (undone_at)"),
        fence("intake_hold", Fence.UNIT, verbs="SELECT, INSERT, UPDATE (ended_at, ended_why)"),
        fence("intake_override", Fence.UNIT),
        fence("intake_round", Fence.OPERATION, verbs="SELECT, INSERT, UPDATE (closed_at, closed_why)"),
        fence("intake_roundanswer", Fence.UNIT),
        run_file(__file__, "functions.sql"),
    ]
