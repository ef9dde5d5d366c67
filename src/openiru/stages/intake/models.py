"""Imports, contributions, rows refused, holds and the deconfliction round. All unit-owned but the round."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Import(models.Model):
    """One file taken in by one unit in one transaction."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    operation_id = models.UUIDField()
    person_id = models.UUIDField()
    file_name = models.TextField()
    file_digest = models.TextField()
    format = models.TextField()
    encoding = models.TextField()
    purpose = models.TextField()
    counts = models.JSONField()  # rows, taken, new, known, held, refused
    notes = models.JSONField()
    imported_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)


class RefusedRow(models.Model):
    """A row that was not taken: its number and the reason stay, with an excerpt."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    import_id = models.UUIDField()
    number = models.IntegerField()
    code = models.TextField()
    reason = models.TextField()
    excerpt = models.TextField()


class Contribution(models.Model):
    """Which unit saw it, when, why, in which words. It stays credited after every merge."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    operation_id = models.UUIDField()
    import_id = models.UUIDField()
    item_id = models.UUIDField()
    number = models.IntegerField()
    raw = models.TextField()
    fingerprint = models.TextField()
    seen_at = models.DateTimeField(null=True)  # when the unit saw it
    posted_at = models.DateTimeField(null=True)  # when it was posted, as its own platform says
    seen_zone = models.TextField()
    contributed_at = models.DateTimeField()
    reason = models.TextField()
    quote = models.TextField()
    translation = models.TextField()
    place = models.TextField()
    title = models.TextField()
    language = models.TextField()
    organisation = models.TextField()
    brand = models.TextField()
    account = models.TextField()
    digest = models.TextField()
    tlp = models.TextField()
    pap = models.TextField()
    restriction = models.TextField()
    views = models.BigIntegerField(null=True)
    source_ref = models.TextField()
    note = models.TextField()
    undone_at = models.DateTimeField(null=True)


class Hold(models.Model):
    """A unit or a judicial authority needs something left alone. Others learn only that, and whom to call."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    operation_id = models.UUIDField(null=True)  # null: in every operation
    kind = models.TextField()
    scope = models.TextField()
    subject = models.TextField()  # a key, a pattern with *, an account key, a digest, an operation's slug
    prefix = models.TextField()  # the part before the first *: searched by range
    reason = models.TextField()
    contact = models.TextField()
    authority = models.TextField()  # the judicial authority, for a judicial hold
    placed_by = models.UUIDField()
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField()


class Override(models.Model):
    """A held item referred all the same, for an imminent threat; the holder is told at once."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    operation_id = models.UUIDField()
    item_id = models.UUIDField()
    reason = models.TextField()
    holds = ArrayField(models.TextField())  # ids of the holds that stood then: a later one is not lifted
    person_id = models.UUIDField()
    at = models.DateTimeField()


class Round(models.Model):
    """The deconfliction round of an operation: who has answered. Silence is never consent."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    items = models.IntegerField()
    list_digest = models.TextField()  # of the keys that went out, sorted
    closed_at = models.DateTimeField(null=True)
    closed_why = models.TextField()


class RoundAnswer(models.Model):
    """One unit's answer to a round: how many hits it has, as holds, or none; entered by itself or by another's desk."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    operation_id = models.UUIDField()
    round_id = models.UUIDField()
    for_unit_id = models.UUIDField()
    hits = models.IntegerField()
    person_id = models.UUIDField()
    answered_at = models.DateTimeField()
