"""Instance, clock, and the schema ``iru``."""

from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run, run_file


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Instance",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("sole", models.BooleanField(default=True, unique=True)),
                ("environment", models.TextField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("sole", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("environment", models.TextField()),
                ("business_at", models.DateTimeField()),
                ("wall_at", models.DateTimeField()),
                ("rate", models.DecimalField(decimal_places=3, max_digits=12)),
                ("runs_to", models.DateTimeField(null=True)),
            ],
        ),
        run_file(__file__, "schema.sql"),
        run(
            "ALTER TABLE database_instance ADD CONSTRAINT just_one CHECK (sole),"
            " ADD CONSTRAINT environment_known CHECK (environment IN ('live', 'exercise', 'demo')),"
            " ADD CONSTRAINT by_environment UNIQUE (sole, environment);"
            "ALTER TABLE database_clock ADD CONSTRAINT just_one CHECK (sole),"
            " ADD CONSTRAINT never_live CHECK (environment IN ('exercise', 'demo')),"
            " ADD CONSTRAINT of_this_instance FOREIGN KEY (sole, environment)"
            "   REFERENCES database_instance (sole, environment),"
            " ADD CONSTRAINT forwards CHECK (rate >= 0 AND runs_to >= business_at);"
        ),
        fence("database_instance", Fence.DIRECTORY, verbs="SELECT"),
        fence("database_clock", Fence.DIRECTORY, verbs="SELECT"),
    ]
