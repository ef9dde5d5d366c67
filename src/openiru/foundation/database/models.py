"""Tables of the database room: the instance itself and the played business clock."""

from __future__ import annotations

from django.db import models


class Instance(models.Model):
    """One row: what kind of instance this is. It cannot be changed, and it stands in every leaf."""

    id = models.UUIDField(primary_key=True)
    sole = models.BooleanField(default=True, unique=True)
    environment = models.TextField()
    created_at = models.DateTimeField()


class Clock(models.Model):
    """The accelerated business clock: at most one row, and only in demo and exercise (a CHECK says so)."""

    sole = models.BooleanField(primary_key=True, default=True)
    environment = models.TextField()
    business_at = models.DateTimeField()
    wall_at = models.DateTimeField()
    rate = models.DecimalField(max_digits=12, decimal_places=3)
    runs_to = models.DateTimeField(null=True)  # where it stops by itself
