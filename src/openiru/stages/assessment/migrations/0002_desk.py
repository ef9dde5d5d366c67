"""What the pages of assessment need: claims, saved searches, one's own exposure, other languages, alarms."""

from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run_file


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("unit_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("pseudonym", models.TextField()),
                ("kind", models.TextField()),
                ("key", models.TextField()),
                ("canonical", models.TextField()),
                ("note", models.TextField()),
                ("raised_at", models.DateTimeField()),
                ("handed_to", models.TextField()),
                ("handed_note", models.TextField()),
                ("handed_as", models.TextField()),
                ("handed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("place", models.IntegerField()),
                ("unit_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("until", models.DateTimeField()),
                ("batch", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LanguageRequest",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("unit_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("pseudonym", models.TextField()),
                ("language", models.TextField()),
                ("wanted", models.TextField()),
                ("note", models.TextField()),
                ("batch", models.UUIDField(null=True)),
                ("requested_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("taken_unit_id", models.UUIDField(null=True)),
                ("taken_person_id", models.UUIDField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Opened",
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
                ("person_id", models.UUIDField()),
                ("opened_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                ("how", models.TextField()),
                ("severe", models.BooleanField()),
                ("assessment_id", models.UUIDField(null=True)),
                ("quick", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="SavedSearch",
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
                ("name", models.TextField()),
                ("shared", models.BooleanField()),
                ("filters", models.JSONField()),
                ("ended", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="Translation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("request_id", models.UUIDField(null=True)),
                ("unit_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("pseudonym", models.TextField()),
                ("wanted", models.TextField()),
                ("text", models.TextField()),
                ("machine", models.TextField()),
                ("own_unit", models.BooleanField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        run_file(__file__, "desk.sql"),
        fence("assessment_claim", Fence.OPERATION, verbs="SELECT, INSERT, UPDATE"),
        fence(
            "assessment_savedsearch",
            Fence.UNIT,
            verbs="SELECT, INSERT, UPDATE (name, shared, filters, ended)",
        ),
        fence(
            "assessment_opened",
            Fence.UNIT,
            verbs="SELECT, INSERT, UPDATE (left_at, how, severe, assessment_id, quick)",
        ),
        fence(
            "assessment_languagerequest",
            Fence.OPERATION,
            verbs="SELECT, INSERT, UPDATE (withdrawn_at, taken_unit_id, taken_person_id, taken_at, done_at)",
        ),
        fence("assessment_translation", Fence.OPERATION, verbs="SELECT, INSERT"),
        fence(
            "assessment_alarm",
            Fence.OPERATION,
            verbs="SELECT, INSERT, UPDATE (handed_to, handed_note, handed_as, handed_at)",
        ),
        run_file(__file__, "desk_rules.sql"),
    ]
