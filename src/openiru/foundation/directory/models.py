"""Providers, platforms, groups and outlets: reference data, each with its source."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Provider(models.Model):
    """A hosting service provider: who is addressed, how, when, and how much at once."""

    id = models.UUIDField(primary_key=True)
    slug = models.TextField(unique=True)
    name = models.TextField()
    country = models.TextField()
    zone = models.TextField()
    hours = models.TextField()  # "Mo-Fr 09:00-17:00" in its zone; empty: always
    channel = models.TextField()
    address = models.TextField()
    languages = ArrayField(models.TextField())
    max_lines = models.IntegerField()
    rule = models.TextField()  # the clause of its terms that a referral cites
    added_at = models.DateTimeField()


class Platform(models.Model):
    """A place where content stands; ``slug`` is what the address engine calls it."""

    id = models.UUIDField(primary_key=True)
    slug = models.TextField(unique=True)
    name = models.TextField()
    provider_id = models.UUIDField(null=True)
    control_alive = models.TextField()  # an address known to be there; empty: none known
    control_dead = models.TextField()  # an address known never to have been there
    added_at = models.DateTimeField()


class Organisation(models.Model):
    """A group or an outlet, with designations by whom and when; none stands for a gap that is shown."""

    id = models.UUIDField(primary_key=True)
    slug = models.TextField(unique=True)
    name = models.TextField()
    kind = models.TextField()  # group, outlet
    parent = models.TextField()  # slug of the group an outlet belongs to
    designations = models.JSONField()  # [{"list": "EU", "date": "2002-05-02", "source": "..."}]
    added_at = models.DateTimeField()
