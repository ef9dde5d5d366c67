"""Units, people, their tokens, and the accounts with which they sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from openiru.foundation.database.ids import new_id


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
    """What a program or a browser holds to act as a person: only its SHA-256 is kept.

    ``kind`` access: of a program, its times are business times. ``session``: of a browser, its times are the clock's on the wall.
    """

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    person_id = models.UUIDField()
    digest = models.BinaryField()
    label = models.TextField()
    kind = models.TextField(db_default="access")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Invitation(models.Model):
    """A code with which a person enrols once: only its SHA-256 is kept."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    person_id = models.UUIDField()
    digest = models.BinaryField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Accounts(BaseUserManager["Account"]):
    """How accounts are found; they are made by enrolment and by the demonstration alone."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """By what is typed as the name."""
        return self.get(login=username)


class Account(AbstractBaseUser):
    """What somebody signs in with; who acts then is the person. ``demo``: without any secret, in a demo instance only."""

    id = models.UUIDField(primary_key=True, default=new_id)
    login = models.TextField(unique=True)  # UNIT/handle; the id tells when it was made
    unit_id = models.UUIDField()
    person_id = models.UUIDField()
    demo = models.BooleanField(default=False)

    objects: ClassVar[Any] = Accounts()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
