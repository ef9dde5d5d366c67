"""The log."""

from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run, run_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [("database", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("note", models.TextField()),
                ("frontier", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("id", models.UUIDField()),
                ("type", models.TextField()),
                ("body", models.TextField()),
                ("hash", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField(null=True)),
                ("subject_id", models.UUIDField()),
                ("item_id", models.UUIDField(db_index=True, null=True)),
                ("salt", models.BinaryField()),
                ("payload", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("command", models.TextField()),
                ("body_digest", models.TextField()),
                ("answer", models.JSONField()),
            ],
        ),
        run(
            "ALTER TABLE ledger_leaf ADD CONSTRAINT leaf_id UNIQUE (id);"
            # No foreign key from an opening to its leaf: one statement writes both (record.py), and verify finds either alone.
            "ALTER TABLE ledger_position ADD CONSTRAINT of_leaf FOREIGN KEY (seq) REFERENCES ledger_leaf (seq);"
            "GRANT USAGE ON SEQUENCE ledger_leaf_seq_seq TO {{web}}, {{worker}};"
        ),
        fence("ledger_leaf", Fence.LEDGER, verbs="SELECT, INSERT"),
        fence("ledger_opening", Fence.LEDGER, verbs="SELECT, INSERT"),
        fence("ledger_pending", Fence.LEDGER, verbs="SELECT, INSERT, DELETE"),
        fence("ledger_position", Fence.PROJECTION),
        fence("ledger_checkpoint", Fence.PROJECTION),
        fence("ledger_request", Fence.UNIT),
        run_file(__file__, "log.sql"),
    ]
