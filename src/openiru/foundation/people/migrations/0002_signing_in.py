"""The fence round the tables of signing in, which are other people's work: the web server alone gets in."""

from django.db import migrations

from openiru.foundation.database.sql import Fence, fence

ALL = "SELECT, INSERT, UPDATE, DELETE"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("operations", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        fence("django_session", Fence.DOOR, verbs=ALL),
        fence("mfa_authenticator", Fence.DOOR, verbs=ALL),
        fence("socialaccount_socialaccount", Fence.DOOR, verbs="SELECT, INSERT, UPDATE"),
        fence("socialaccount_socialapp", Fence.DOOR, verbs="SELECT"),
        fence("socialaccount_socialtoken", Fence.SHUT),
        fence("account_emailaddress", Fence.DOOR, verbs="SELECT"),
        fence("account_emailconfirmation", Fence.SHUT),
        fence("auth_group", Fence.SHUT),
        fence("auth_group_permissions", Fence.SHUT),
        fence("auth_permission", Fence.SHUT),
        fence("django_content_type", Fence.SHUT),
    ]
