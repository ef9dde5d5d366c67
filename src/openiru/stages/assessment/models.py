"""Assessments and wide proposals, unit-owned: what one person said of one item on one basis."""

from __future__ import annotations

from django.db import models


class Assessment(models.Model):
    """One person's verdict. A change of what was shown gives another basis and voids it."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    operation_id = models.UUIDField()
    item_id = models.UUIDField()
    person_id = models.UUIDField()
    slot = models.TextField()
    basis_digest = models.TextField()
    verdict = models.TextField()
    facts = models.JSONField()  # the structured assessment, core/assessment
    confidence = models.IntegerField()
    assessed_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)


class WideProposal(models.Model):
    """The route of its own for an account, channel, site or app."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    operation_id = models.UUIDField()
    item_id = models.UUIDField()
    person_id = models.UUIDField()
    case = (
        models.JSONField()
    )  # official brand, or the sample: seed, size, share; why single items do not suffice
    overseer_told_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField()


class Claim(models.Model):
    """Somebody works on an item: one row for each of its places, taken over when its time is over. Nobody is told who.

    A plan, not a fact: times are the clock's on the wall, and the ledger knows nothing of it.
    """

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    item_id = models.UUIDField()
    place = models.IntegerField()  # 1 and 2 for the two verdicts, 3 for a third person
    unit_id = models.UUIDField()
    person_id = models.UUIDField()
    until = models.DateTimeField()
    batch = models.UUIDField(null=True)  # of the act on many items that claimed it or handed it back


class SavedSearch(models.Model):
    """Filters with a name: one's own queue, or one that the whole unit has."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    operation_id = models.UUIDField()
    person_id = models.UUIDField()
    name = models.TextField()
    shared = models.BooleanField()
    filters = models.JSONField()
    ended = models.BooleanField()


class Opened(models.Model):
    """One's own exposure: an item that was opened, by the clock on the wall. Nobody else sees the row, of whatever role."""

    pk = models.CompositePrimaryKey("unit_id", "id")
    unit_id = models.UUIDField()
    id = models.UUIDField()
    operation_id = models.UUIDField()
    item_id = models.UUIDField()
    person_id = models.UUIDField()
    opened_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    how = models.TextField()  # with what it was left: verdict, back, language, alarm; empty: not yet
    severe = models.BooleanField()
    assessment_id = models.UUIDField(null=True)
    quick = models.BooleanField()  # sooner than the words could be read: for the overseer's sample


class LanguageRequest(models.Model):
    """Somebody asks for the words of an item in another language; any unit of the operation may take it on."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    item_id = models.UUIDField()
    unit_id = models.UUIDField()
    person_id = models.UUIDField()
    pseudonym = models.TextField()
    language = models.TextField()  # of the words, as far as it is known
    wanted = models.TextField()
    note = models.TextField()
    batch = models.UUIDField(null=True)
    requested_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    taken_unit_id = models.UUIDField(null=True)
    taken_person_id = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)


class Translation(models.Model):
    """The words of an item in another language, by whom, or by which machine."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    item_id = models.UUIDField()
    request_id = models.UUIDField(null=True)
    unit_id = models.UUIDField()
    person_id = models.UUIDField()
    pseudonym = models.TextField()
    wanted = models.TextField()
    text = models.TextField()
    machine = models.TextField()  # name of the program that made it; empty: a person did
    own_unit = models.BooleanField()
    made_at = models.DateTimeField()


class Alarm(models.Model):
    """A threat to life, or child abuse material found by chance: what was raised, by whom, and to whom it was handed over.

    Minimal on purpose: the place, never the words or a copy. The item of the second kind is out of sight of everybody.
    """

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    item_id = models.UUIDField()
    unit_id = models.UUIDField()
    person_id = models.UUIDField()
    pseudonym = models.TextField()
    kind = models.TextField()
    key = models.TextField()
    canonical = models.TextField()
    note = models.TextField()
    raised_at = models.DateTimeField()
    handed_to = models.TextField()
    handed_note = models.TextField()
    handed_as = models.TextField()  # pseudonym of who handed it over
    handed_at = models.DateTimeField(null=True)
