"""Statements."""

import django.contrib.postgres.fields
from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence


class Migration(migrations.Migration):
    initial = True

    dependencies = [("verification", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                (
                    "operations",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("as_of", models.BigIntegerField()),
                ("digest", models.TextField()),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        fence("impact_statement", Fence.OPERATION),
    ]
