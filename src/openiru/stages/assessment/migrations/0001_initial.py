"""Assessments."""

from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [("intake", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Assessment",
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
                ("slot", models.TextField()),
                ("basis_digest", models.TextField()),
                ("verdict", models.TextField()),
                ("facts", models.JSONField()),
                ("confidence", models.IntegerField()),
                ("assessed_at", models.DateTimeField()),
                ("voided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WideProposal",
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
                ("case", models.JSONField()),
                ("overseer_told_at", models.DateTimeField(null=True)),
                ("proposed_at", models.DateTimeField()),
            ],
        ),
        run_file(__file__, "assessment.sql"),
        fence("assessment_assessment", Fence.UNIT, verbs="SELECT, INSERT, UPDATE (voided_at)"),
        fence("assessment_wideproposal", Fence.UNIT, verbs="SELECT, INSERT, UPDATE (overseer_told_at)"),
        run_file(__file__, "functions.sql"),
    ]
