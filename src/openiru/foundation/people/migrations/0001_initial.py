"""Units, people, tokens, accounts."""

import django.contrib.postgres.fields
from django.db import migrations, models

import openiru.foundation.database.ids
from openiru.foundation.database.sql import Fence, fence, run, run_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [("database", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("handle", models.TextField()),
                ("display_name", models.TextField()),
                ("pseudonym", models.TextField()),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("active_from", models.DateTimeField()),
                ("active_to", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("digest", models.BinaryField()),
                ("label", models.TextField()),
                ("kind", models.TextField(db_default="access")),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("digest", models.BinaryField()),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(
                        default=openiru.foundation.database.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("login", models.TextField(unique=True)),
                ("unit_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("demo", models.BooleanField(default=False)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("country", models.TextField()),
                ("legal_profile", models.TextField()),
                ("legal_ground", models.TextField()),
                ("zone", models.TextField()),
                ("contact", models.TextField()),
                ("added_at", models.DateTimeField()),
            ],
        ),
        run(
            "ALTER TABLE people_person ADD CONSTRAINT of_unit FOREIGN KEY (unit_id) REFERENCES people_unit (id),"
            " ADD CONSTRAINT handle_in_unit UNIQUE (unit_id, handle),"
            " ADD CONSTRAINT pseudonym_in_unit UNIQUE (unit_id, pseudonym);"
            "ALTER TABLE people_token ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id)"
            " REFERENCES people_person (unit_id, id), ADD CONSTRAINT digest_in_unit UNIQUE (unit_id, digest),"
            " ADD CONSTRAINT kind_known CHECK (kind IN ('access', 'session'));"
            "ALTER TABLE people_invitation ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id)"
            " REFERENCES people_person (unit_id, id), ADD CONSTRAINT code_in_unit UNIQUE (unit_id, digest);"
            "ALTER TABLE people_account ADD CONSTRAINT of_person FOREIGN KEY (unit_id, person_id)"
            " REFERENCES people_person (unit_id, id), ADD CONSTRAINT one_each UNIQUE (unit_id, person_id);"
        ),
        run_file(__file__, "account.sql"),
        fence("people_unit", Fence.DIRECTORY, verbs="SELECT, INSERT", stats=True),
        fence("people_person", Fence.UNIT, verbs="SELECT, INSERT, UPDATE (active_to, roles)"),
        fence("people_invitation", Fence.UNIT),
        fence("people_account", Fence.DOOR, verbs="SELECT, INSERT, UPDATE (password, last_login)"),
        fence("people_token", Fence.UNIT, verbs="SELECT, INSERT, UPDATE (revoked_at, expires_at)"),
    ]
