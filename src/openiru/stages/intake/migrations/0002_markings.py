"""The contributor changes the marking of what it contributed."""

from django.db import migrations

from openiru.foundation.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [run_file(__file__, "markings.sql")]
