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


class Release(models.Model):
    """A statement on its way to the public: proposed, signed off by everybody who takes part, let go by a second person.

    What was let go is never changed: a correction is a statement of its own that names the number it ``corrects`` and what changed.
    """

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    operations = ArrayField(models.TextField())  # slugs
    title = models.TextField()
    environment = models.TextField()
    as_of = models.BigIntegerField()
    as_of_at = models.DateTimeField()
    digest = models.TextField()  # of the figures
    sentences = models.JSONField()
    figures = models.JSONField()  # [{"id", "value", "unit", "definition"}]
    corrects = models.IntegerField(null=True)
    changes = models.JSONField()  # [{"id", "before", "after"}], of the statement that it corrects
    embargo_until = models.DateTimeField(null=True)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    number = models.IntegerField(null=True)
    released_by = models.UUIDField(null=True)
    released_at = models.DateTimeField(null=True)


class SignOff(models.Model):
    """One participant agrees to a statement as it was proposed. ``signing_unit_id`` null: an authority without a desk told us so."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    release_id = models.UUIDField()
    participant_id = models.UUIDField()
    signing_unit_id = models.UUIDField(null=True)
    person_id = models.UUIDField()
    note = models.TextField()
    signed_at = models.DateTimeField()


class Recommendation(models.Model):
    """What an overseer asks to be done. It must be answered, and no statement goes out as long as it is not."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    number = models.IntegerField()
    text = models.TextField()
    about = models.TextField()  # the sample it stands on, or empty
    due_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    answer = models.TextField()
    followed = models.TextField()  # yes, partly, no; empty: not answered yet
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
