"""Looks."""

from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [("referral", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("run_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("vantage", models.TextField()),
                ("status", models.IntegerField()),
                ("outcome", models.TextField()),
                ("reason", models.TextField()),
                ("final_url", models.TextField()),
                ("body_digest", models.TextField()),
                ("took_ms", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="ControlRun",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("run_id", models.UUIDField()),
                ("platform", models.TextField()),
                ("alive_outcome", models.TextField()),
                ("dead_outcome", models.TextField()),
                ("sound", models.BooleanField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Due",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("due_at", models.DateTimeField()),
                ("step", models.IntegerField()),
            ],
        ),
        run_file(__file__, "verification.sql"),
        fence("verification_check", Fence.OPERATION),
        fence("verification_due", Fence.OPERATION, verbs="SELECT, INSERT, UPDATE (due_at, step), DELETE"),
        fence("verification_controlrun", Fence.OPERATION),
    ]
