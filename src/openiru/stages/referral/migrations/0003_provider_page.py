"""The provider's page: links to it, and what is said through them."""

from django.db import migrations, models

from openiru.foundation.database.sql import Fence, fence, run_file


class Migration(migrations.Migration):
    dependencies = [("referral", "0002_undo_window")]

    operations = [
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("referral_id", models.UUIDField()),
                ("salt", models.BinaryField()),
                ("digest", models.BinaryField(unique=True)),
                ("code_digest", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("expires_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_why", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField()),
                ("referral_id", models.UUIDField()),
                ("link_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("text", models.TextField()),
                ("name", models.TextField()),
                ("contact", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        fence(
            "referral_link",
            Fence.OPERATION,
            verbs="SELECT, INSERT, UPDATE (expires_at, withdrawn_at, withdrawn_why)",
        ),
        fence("referral_message", Fence.OPERATION),
        run_file(__file__, "links.sql"),
    ]
