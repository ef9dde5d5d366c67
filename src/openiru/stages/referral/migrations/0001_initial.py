"""Referrals; two persons in the schema."""

from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [("assessment", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("line_id", models.UUIDField()),
                ("version", models.IntegerField()),
                ("decision", models.TextField()),
                ("ground", models.TextField()),
                ("ground_reference", models.TextField()),
                ("explanation", models.TextField()),
                ("puid", models.TextField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                ("source", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("referral_id", models.UUIDField()),
                ("fence", models.IntegerField()),
                ("state", models.TextField()),
                ("detail", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("referral_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("number", models.IntegerField()),
                ("extent", models.TextField()),
                ("needs_resolving", models.BooleanField()),
                ("wide_unit_id", models.UUIDField(null=True)),
                ("wide_id", models.UUIDField(null=True)),
                ("basis_digest", models.TextField()),
                ("a_unit_id", models.UUIDField()),
                ("a_id", models.UUIDField()),
                ("a_person_id", models.UUIDField()),
                ("a_verdict", models.TextField()),
                ("b_unit_id", models.UUIDField()),
                ("b_id", models.UUIDField()),
                ("b_person_id", models.UUIDField()),
                ("b_verdict", models.TextField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_why", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("provider_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("reference", models.TextField(unique=True)),
                ("deciding_unit_id", models.UUIDField()),
                ("sending_unit_id", models.UUIDField()),
                ("instrument", models.TextField()),
                ("channel", models.TextField()),
                ("state", models.TextField()),
                ("urgent", models.BooleanField()),
                ("message_id", models.TextField(unique=True)),
                ("fence", models.IntegerField()),
                ("not_before", models.DateTimeField()),
                ("letter_digest", models.TextField()),
                ("letter", models.JSONField()),
                ("prepared_by", models.UUIDField()),
                ("prepared_at", models.DateTimeField()),
                ("released_by", models.UUIDField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("replaces", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="StrayAnswer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("reference", models.TextField()),
                ("number", models.IntegerField()),
                ("reason", models.TextField()),
                ("excerpt", models.TextField()),
                ("received_at", models.DateTimeField()),
                ("source", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("recipient", models.TextField()),
                ("country", models.TextField()),
                ("referral_id", models.UUIDField(null=True)),
                ("ground", models.TextField()),
                ("what", models.TextField()),
                ("lines", models.IntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        run_file(__file__, "referral.sql"),
        fence(
            "referral_referral",
            Fence.OPERATION,
            verbs="SELECT, INSERT, UPDATE (state, fence, sent_at, not_before, released_by, released_at)",
        ),
        fence("referral_line", Fence.OPERATION, verbs="SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_why)"),
        fence("referral_delivery", Fence.OPERATION),
        fence("referral_answer", Fence.OPERATION),
        fence("referral_strayanswer", Fence.OPERATION),
        fence("referral_transfer", Fence.OPERATION),
        run_file(__file__, "functions.sql"),
    ]
