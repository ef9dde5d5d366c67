"""Items, accounts, works, and the standing of each item in each operation."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Item(models.Model):
    """One place on the net: one key, unique in the instance. Seen by those in whose operation it takes part."""

    id = models.UUIDField(primary_key=True)
    key = models.TextField(db_collation="C")  # unique
    platform = models.TextField()
    kind = models.TextField()
    extent = models.TextField()
    canonical = models.TextField()
    host = models.TextField()
    account_key = models.TextField()  # the account or channel it belongs to; "" when not known
    needs_resolving = models.BooleanField()


class Alias(models.Model):
    """Another key that was found to lead to the same item (a shortener followed to its end), with every hop."""

    id = models.UUIDField(primary_key=True)
    item_id = models.UUIDField()
    key = models.TextField()
    hops = models.JSONField()
    resolved_at = models.DateTimeField()


class Work(models.Model):
    """One content, by digest, at one item. Two items with one digest are two items and one work."""

    id = models.UUIDField(primary_key=True)
    item_id = models.UUIDField()
    digest = models.TextField()


class OperationItem(models.Model):
    """An item in an operation: where it stands, and what every stage may ask about it."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    item_id = models.UUIDField()
    state = models.TextField()
    milestones = models.IntegerField()
    language = models.TextField()
    organisation = models.TextField()  # group, as the first contribution with one named it
    brand = models.TextField()
    flags = ArrayField(models.TextField())  # out of scope: platform, language, group, theme
    closed_to = ArrayField(
        models.UUIDField()
    )  # units that alone may see it (TLP:RED and the like); empty: all of the operation
    basis_digest = models.TextField()
    decided_at = models.DateTimeField(null=True)
    line_id = models.UUIDField(null=True)
    referred_at = models.DateTimeField(null=True)
    answer = models.TextField()
    outcome = models.TextField()  # of the last looks, confirmed
    live_until = models.DateTimeField(null=True)  # L: last conclusive "live"
    gone_from = models.DateTimeField(null=True)  # R: first of two looks that found it gone


class Standing(models.Model):
    """What was true of an item in an operation after the leaves [from_index, to_index): as of size n when n - 1 is among them."""

    id = models.BigAutoField(primary_key=True)
    operation_id = models.UUIDField()
    item_id = models.UUIDField()
    from_index = models.BigIntegerField()
    to_index = models.BigIntegerField(null=True)
    state = models.TextField()
    milestones = models.IntegerField()
    platform = models.TextField()
    kind = models.TextField()
    language = models.TextField()
    organisation = models.TextField()
    work = models.TextField()
    referred_at = models.DateTimeField(null=True)  # business time of the leaf with which it became referred
    credits = models.TextField()  # {"unit": contributions that stand}, keys in order


class Mark(models.Model):
    """Anything counted that is not an item: a contribution, a hold, a batch, an answer, a look. Same intervals."""

    id = models.BigAutoField(primary_key=True)
    operation_id = models.UUIDField()
    what = models.TextField()
    subject_id = models.UUIDField()
    item_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    label = models.TextField()
    from_index = models.BigIntegerField()
    to_index = models.BigIntegerField(null=True)
