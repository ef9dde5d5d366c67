"""Providers, platforms, organisations."""

import django.contrib.postgres.fields
from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run


class Migration(migrations.Migration):
    initial = True

    dependencies = [("operations", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("slug", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("kind", models.TextField()),
                ("parent", models.TextField()),
                ("designations", models.JSONField()),
                ("added_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Platform",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("slug", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("provider_id", models.UUIDField(null=True)),
                ("control_alive", models.TextField()),
                ("control_dead", models.TextField()),
                ("added_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("slug", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("country", models.TextField()),
                ("zone", models.TextField()),
                ("hours", models.TextField()),
                ("channel", models.TextField()),
                ("address", models.TextField()),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("max_lines", models.IntegerField()),
                ("rule", models.TextField()),
                ("added_at", models.DateTimeField()),
            ],
        ),
        run(
            "ALTER TABLE directory_platform ADD CONSTRAINT of_provider FOREIGN KEY (provider_id)"
            " REFERENCES directory_provider (id);"
        ),
        fence(
            "directory_provider",
            Fence.DIRECTORY,
            verbs="SELECT, INSERT, UPDATE (name, country, zone, hours, channel, address, languages, max_lines, rule)",
            stats=True,
        ),
        fence(
            "directory_platform",
            Fence.DIRECTORY,
            verbs="SELECT, INSERT, UPDATE (name, provider_id, control_alive, control_dead)",
            stats=True,
        ),
        fence(
            "directory_organisation",
            Fence.DIRECTORY,
            verbs="SELECT, INSERT, UPDATE (name, designations)",
            stats=True,
        ),
    ]
