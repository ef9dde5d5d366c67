"""Referrals, their lines, deliveries, answers and transfers: shared in an operation."""

from __future__ import annotations

from django.db import models


class Referral(models.Model):
    """A batch to one provider. ``fence`` grows with every try: an old worker that wakes up cannot send."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    provider_id = models.UUIDField()
    kind = models.TextField()  # referral, or a letter about one: correction, withdrawal
    reference = models.TextField(unique=True)
    deciding_unit_id = models.UUIDField()
    sending_unit_id = models.UUIDField()
    instrument = models.TextField()
    channel = models.TextField()
    state = models.TextField()
    urgent = models.BooleanField()
    message_id = models.TextField(unique=True)
    fence = models.IntegerField()
    not_before = models.DateTimeField()
    letter_digest = models.TextField()
    letter = models.JSONField()  # exactly what will be sent
    prepared_by = models.UUIDField()
    prepared_at = models.DateTimeField()
    released_by = models.UUIDField(
        null=True
    )  # the person who let it go; null: nobody has, and no machine sends it
    released_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)  # real time: until then its sender can take it back
    sent_at = models.DateTimeField(null=True)
    replaces = models.UUIDField(null=True)  # a correction or withdrawal names what it is about


class Line(models.Model):
    """One item on a referral, standing on two assessments of two people on one basis."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    referral_id = models.UUIDField()
    item_id = models.UUIDField()
    number = models.IntegerField()
    extent = models.TextField()  # of the item, by composite key: what has no route cannot stand here
    needs_resolving = models.BooleanField()  # of the item, by the same key: a shortener cannot stand here
    wide_unit_id = models.UUIDField(
        null=True
    )  # the proposal that a whole account, channel, app or site stands on
    wide_id = models.UUIDField(null=True)
    basis_digest = models.TextField()
    a_unit_id = models.UUIDField()
    a_id = models.UUIDField()
    a_person_id = models.UUIDField()
    a_verdict = models.TextField()
    b_unit_id = models.UUIDField()
    b_id = models.UUIDField()
    b_person_id = models.UUIDField()
    b_verdict = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField()


class Delivery(models.Model):
    """One try to send, with what the channel could truthfully say."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    referral_id = models.UUIDField()
    fence = models.IntegerField()
    state = models.TextField()
    detail = models.TextField()
    at = models.DateTimeField()


class Answer(models.Model):
    """What a provider said of one line, in the vocabulary of the DSA Transparency Database. The last version counts."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    line_id = models.UUIDField()
    version = models.IntegerField()
    decision = models.TextField()
    ground = models.TextField()
    ground_reference = models.TextField()
    explanation = models.TextField()
    puid = models.TextField()
    decided_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    source = models.TextField()  # digest of the file or message it came in


class StrayAnswer(models.Model):
    """An answer for something that was never sent, or that cannot be read: kept, shown, never applied."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    reference = models.TextField()
    number = models.IntegerField()
    reason = models.TextField()
    excerpt = models.TextField()
    received_at = models.DateTimeField()
    source = models.TextField()


class Transfer(models.Model):
    """A disclosure to a third country: what, to whom, on which ground."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    recipient = models.TextField()
    country = models.TextField()
    referral_id = models.UUIDField(null=True)
    ground = models.TextField()
    what = models.TextField()
    lines = models.IntegerField()
    at = models.DateTimeField()


class Link(models.Model):
    """The address at which a provider answers one letter without an account.

    The secret itself is nowhere: it follows from the salt and a key of the instance, and its digest opens (docs/decisions/0015).
    """

    id = models.UUIDField(primary_key=True)  # also who acts, when somebody comes through it
    operation_id = models.UUIDField()
    referral_id = models.UUIDField()
    salt = models.BinaryField()
    digest = models.BinaryField(unique=True)
    code_digest = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField()


class Message(models.Model):
    """What somebody said through a link beside answers: that they came, that they have the letter, a question, a dispute."""

    id = models.UUIDField(primary_key=True)
    operation_id = models.UUIDField()
    referral_id = models.UUIDField()
    link_id = models.UUIDField()
    kind = models.TextField()
    text = models.TextField()
    name = models.TextField()  # who they say they are
    contact = models.TextField()
    at = models.DateTimeField()
