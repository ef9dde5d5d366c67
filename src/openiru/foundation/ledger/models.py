"""The log's tables: leaves without personal data, what opens them apart, and the positions that the sequencer gave."""

from __future__ import annotations

from django.db import models


class Leaf(models.Model):
    """One event as the log keeps it: canonical JSON and its hash. Never updated, never deleted."""

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField()
    type = models.TextField()
    body = models.TextField()
    hash = models.BinaryField()


class Opening(models.Model):
    """What opens a leaf: salt and payload. Erasing it leaves every proof valid."""

    id = models.UUIDField(primary_key=True)  # of the leaf
    operation_id = models.UUIDField(null=True)
    subject_id = models.UUIDField()
    item_id = models.UUIDField(null=True, db_index=True)
    salt = models.BinaryField()
    payload = models.JSONField()


class Pending(models.Model):
    """A committed leaf without an index yet."""

    seq = models.BigIntegerField(primary_key=True)


class Position(models.Model):
    """The dense index of a leaf, from 0."""

    index = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField(unique=True)


class Checkpoint(models.Model):
    """A signed size of the log. ``frontier`` is the compact range that the next append starts from."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    at = models.DateTimeField()  # business time
    note = models.TextField()  # C2SP checkpoint with its signature
    frontier = models.BinaryField()


class Request(models.Model):
    """The stored answer to a request id: the same id and body is answered again, not done again."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    command = models.TextField()
    body_digest = models.TextField()
    answer = models.JSONField()
