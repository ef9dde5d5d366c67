"""Notices to all desks."""

from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("text", models.TextField()),
                ("urgent", models.BooleanField()),
                ("posted_by", models.UUIDField()),
                ("posted_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        run(
            "ALTER TABLE operations_notice ADD CONSTRAINT of_operation FOREIGN KEY (operation_id)"
            " REFERENCES operations_operation (id);"
            "CREATE INDEX operations_notice_shown ON operations_notice (operation_id, until) WHERE ended_at IS NULL"
        ),
        fence("operations_notice", Fence.OPERATION, verbs="SELECT, INSERT, UPDATE (ended_at)"),
    ]
