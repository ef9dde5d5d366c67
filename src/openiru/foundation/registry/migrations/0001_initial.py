"""Items and their standing."""

import django.contrib.postgres.fields
from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run, run_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [("directory", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Alias",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("item_id", models.UUIDField()),
                ("key", models.TextField()),
                ("hops", models.JSONField()),
                ("resolved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("key", models.TextField(db_collation="C")),
                ("platform", models.TextField()),
                ("kind", models.TextField()),
                ("extent", models.TextField()),
                ("canonical", models.TextField()),
                ("host", models.TextField()),
                ("account_key", models.TextField()),
                ("needs_resolving", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("what", models.TextField()),
                ("subject_id", models.UUIDField()),
                ("item_id", models.UUIDField(null=True)),
                ("unit_id", models.UUIDField(null=True)),
                ("label", models.TextField()),
                ("from_index", models.BigIntegerField()),
                ("to_index", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="OperationItem",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("state", models.TextField()),
                ("milestones", models.IntegerField()),
                ("language", models.TextField()),
                ("organisation", models.TextField()),
                ("brand", models.TextField()),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                (
                    "closed_to",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("basis_digest", models.TextField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("line_id", models.UUIDField(null=True)),
                ("referred_at", models.DateTimeField(null=True)),
                ("answer", models.TextField()),
                ("outcome", models.TextField()),
                ("live_until", models.DateTimeField(null=True)),
                ("gone_from", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("from_index", models.BigIntegerField()),
                ("to_index", models.BigIntegerField(null=True)),
                ("state", models.TextField()),
                ("milestones", models.IntegerField()),
                ("platform", models.TextField()),
                ("kind", models.TextField()),
                ("language", models.TextField()),
                ("organisation", models.TextField()),
                ("work", models.TextField()),
                ("referred_at", models.DateTimeField(null=True)),
                ("credits", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Work",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("item_id", models.UUIDField()),
                ("digest", models.TextField()),
            ],
        ),
        run_file(__file__, "registry.sql"),
        fence("registry_item", Fence.ITEM, verbs="SELECT"),
        fence("registry_alias", Fence.ITEM, verbs="SELECT, INSERT", column="item_id"),
        fence("registry_work", Fence.ITEM, verbs="SELECT, INSERT", column="item_id"),
        fence("registry_operationitem", Fence.OPERATION, verbs="SELECT, INSERT, UPDATE"),
        run(
            "CREATE POLICY closed ON registry_operationitem AS RESTRICTIVE TO {{web}}, {{worker}}"
            " USING (closed_to = '{}' OR (SELECT iru.unit()) = ANY (closed_to))"
        ),
        fence("registry_standing", Fence.PROJECTION),
        fence("registry_mark", Fence.PROJECTION),
    ]
