"""Mandates, operations, phases and who takes part."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Mandate(models.Model):
    """An entry of the register: act, article, authority, kinds of content. Valid once a second person confirmed it."""

    id = models.UUIDField(primary_key=True)
    slug = models.TextField(unique=True)
    act = models.TextField()
    article = models.TextField()
    authority = models.TextField()
    kinds = ArrayField(models.TextField())  # kinds of content, in the words of the act
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)


class Operation(models.Model):
    """A referral action day, a crisis, an action on infrastructure, or routine work."""

    id = models.UUIDField(primary_key=True)
    slug = models.TextField(unique=True)
    title = models.TextField()
    kind = models.TextField()
    environment = models.TextField()
    mandate_id = models.UUIDField()
    lead_unit_id = models.UUIDField()
    zone = models.TextField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    themes = ArrayField(models.TextField())
    platforms = ArrayField(models.TextField())  # empty: all
    languages = ArrayField(models.TextField())  # empty: all
    groups = ArrayField(models.TextField())  # empty: all


class PhaseWindow(models.Model):
    """When a phase begins and by when it ends: [starts_at, ends_at)."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    phase = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()


class Participant(models.Model):
    """A unit, agency, judicial authority, coordinator or provider that takes part. unit_id is null for those without a desk."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    unit_id = models.UUIDField(null=True)
    authority = models.TextField()
    role = models.TextField()
    joined_at = models.DateTimeField()


class Notice(models.Model):
    """A notice to all desks of an operation, shown on every page until it ends."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    text = models.TextField()
    urgent = models.BooleanField()
    posted_by = models.UUIDField()
    posted_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
