"""Mandates and operations; iru.begin."""

import django.contrib.postgres.fields
from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run, run_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("slug", models.TextField(unique=True)),
                ("act", models.TextField()),
                ("article", models.TextField()),
                ("authority", models.TextField()),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_by", models.UUIDField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Operation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("slug", models.TextField(unique=True)),
                ("title", models.TextField()),
                ("kind", models.TextField()),
                ("environment", models.TextField()),
                ("mandate_id", models.UUIDField()),
                ("lead_unit_id", models.UUIDField()),
                ("zone", models.TextField()),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                (
                    "platforms",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("unit_id", models.UUIDField(null=True)),
                ("authority", models.TextField()),
                ("role", models.TextField()),
                ("joined_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PhaseWindow",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("phase", models.TextField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
            ],
        ),
        run(
            "ALTER TABLE operations_mandate ADD CONSTRAINT two_persons CHECK (proposed_by <> confirmed_by);"
            "ALTER TABLE operations_operation"
            " ADD CONSTRAINT under_mandate FOREIGN KEY (mandate_id) REFERENCES operations_mandate (id),"
            " ADD CONSTRAINT led_by FOREIGN KEY (lead_unit_id) REFERENCES people_unit (id),"
            " ADD CONSTRAINT opens_before_it_closes CHECK (opens_at < closes_at);"
            "ALTER TABLE operations_phasewindow"
            " ADD CONSTRAINT of_operation FOREIGN KEY (operation_id) REFERENCES operations_operation (id),"
            " ADD CONSTRAINT phase_once UNIQUE (operation_id, phase), ADD CONSTRAINT half_open CHECK (starts_at < ends_at);"
            "ALTER TABLE operations_participant"
            " ADD CONSTRAINT of_operation FOREIGN KEY (operation_id) REFERENCES operations_operation (id),"
            " ADD CONSTRAINT of_unit FOREIGN KEY (unit_id) REFERENCES people_unit (id),"
            " ADD CONSTRAINT participates_once UNIQUE (operation_id, unit_id);"
        ),
        fence(
            "operations_mandate", Fence.DIRECTORY, verbs="SELECT, INSERT, UPDATE (confirmed_by, confirmed_at)"
        ),
        fence(
            "operations_operation", Fence.DIRECTORY, verbs="SELECT, INSERT, UPDATE (closed_at)", stats=True
        ),
        fence("operations_phasewindow", Fence.DIRECTORY, verbs="SELECT, INSERT, UPDATE (starts_at, ends_at)"),
        fence("operations_participant", Fence.DIRECTORY, verbs="SELECT, INSERT", stats=True),
        run_file(__file__, "begin.sql"),
    ]
