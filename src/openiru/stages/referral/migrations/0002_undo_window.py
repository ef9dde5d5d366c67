"""A batch that a person let go waits for a while of real time, in which the person can take it back."""

from django.db import migrations, models

from openiru.foundation.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("referral", "0001_initial")]

    operations = [
        migrations.AddField("referral", "undo_until", models.DateTimeField(null=True)),
        run_file(__file__, "undo_window.sql"),
    ]
