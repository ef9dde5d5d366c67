"""Units, people and their tokens."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Unit(models.Model):
    """A unit, agency or authority that decides in its own name. Directory: everybody who acts may read it."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField(unique=True)
    name = models.TextField()
    country = models.TextField()
    legal_profile = models.TextField()
    legal_ground = models.TextField()  # its own ground in law, beside Art. 2(7)
    zone = models.TextField()
    contact = models.TextField()  # whom to call; a function, not a person
    added_at = models.DateTimeField()


class Person(models.Model):
    """Somebody of a unit. The display name stays in the unit; others see role and pseudonym."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    handle = models.TextField()
    display_name = models.TextField()
    pseudonym = models.TextField()
    roles = ArrayField(models.TextField())
    active_from = models.DateTimeField()
    active_to = models.DateTimeField(null=True)


class Token(models.Model):
    """What a program holds to act as a person: only its SHA-256 is kept."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    person_id = models.UUIDField()
    digest = models.BinaryField()
    label = models.TextField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
