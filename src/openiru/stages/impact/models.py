"""Published statements: what was said, from which size of the log."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Statement(models.Model):
    """A report that somebody asked for in the operation's name: its as-of and the digest of its figures."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    operations = ArrayField(models.UUIDField())
    as_of = models.BigIntegerField()
    digest = models.TextField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
