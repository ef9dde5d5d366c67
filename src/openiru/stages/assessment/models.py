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
