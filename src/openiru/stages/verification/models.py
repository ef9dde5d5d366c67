"""Looks at referred items, and when to look again."""

from __future__ import annotations

from django.db import models


class Check(models.Model):
    """One look at one item, at one time, from one place."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    item_id = models.UUIDField()
    run_id = models.UUIDField()
    at = models.DateTimeField()
    vantage = models.TextField()
    status = models.IntegerField()
    outcome = models.TextField()  # of this look alone
    reason = models.TextField()
    final_url = models.TextField()
    body_digest = models.TextField()
    took_ms = models.IntegerField()


class Due(models.Model):
    """When an item is to be looked at next."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    item_id = models.UUIDField()
    due_at = models.DateTimeField()
    step = models.IntegerField()


class ControlRun(models.Model):
    """The control pair of one platform in one run: when it was misread, every look of that platform is inconclusive."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    run_id = models.UUIDField()
    platform = models.TextField()
    alive_outcome = models.TextField()
    dead_outcome = models.TextField()
    sound = models.BooleanField()
    at = models.DateTimeField()
