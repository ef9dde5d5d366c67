"""What can have happened. Each name is the ``type`` of a ledger leaf; each has a version."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class EventType(StrEnum):
    """Types of ledger leaf, as ``room.happening``."""

    INSTANCE_CREATED = "instance.created"
    UNIT_ADDED = "people.unit_added"
    UNIT_CHANGED = "people.unit_changed"
    PERSON_ADDED = "people.person_added"
    PERSON_REVOKED = "people.person_revoked"
    ROLES_CHANGED = "people.roles_changed"
    TOKEN_ISSUED = "people.token_issued"  # noqa: S105 - the name of an event, not a secret
    TOKEN_REVOKED = "people.token_revoked"  # noqa: S105
    PERSON_INVITED = "people.person_invited"  # to enrol, by a code that was handed over
    ORGANISATION_LINKED = "people.organisation_linked"  # an organisation's sign-in leads to a person
    SIGNED_IN = "people.signed_in"  # a session of a browser began
    TOKEN_ROTATED = "people.token_rotated"  # noqa: S105
    MANDATE_PROPOSED = "operations.mandate_proposed"
    MANDATE_CONFIRMED = "operations.mandate_confirmed"
    OPERATION_OPENED = "operations.opened"
    OPERATION_CLOSED = "operations.closed"
    PARTICIPANT_JOINED = "operations.participant_joined"
    PHASE_SET = "operations.phase_set"
    CLOCK_SET = "operations.clock_set"
    NOTICE_POSTED = "operations.notice_posted"  # to all desks
    NOTICE_ENDED = "operations.notice_ended"
    PROVIDER_ADDED = "directory.provider_added"
    PLATFORM_ADDED = "directory.platform_added"
    ORGANISATION_ADDED = "directory.organisation_added"
    IMPORTED = "intake.imported"
    CONTRIBUTED = "intake.contributed"
    ROW_REFUSED = "intake.row_refused"
    CONTRIBUTION_UNDONE = "intake.contribution_undone"
    IMPORT_UNDONE = "intake.import_undone"
    MARKING_CHANGED = "intake.marking_changed"  # by the unit whose contribution it is
    ITEM_RESOLVED = "intake.item_resolved"
    CONTRIBUTION_CARRIED = "intake.contribution_carried"  # it stands for the place a shortener leads to
    ITEM_HELD = "intake.item_held"
    ITEM_FREED = "intake.item_freed"
    HOLD_PLACED = "intake.hold_placed"
    HOLD_RELEASED = "intake.hold_released"
    HOLD_EXPIRED = "intake.hold_expired"
    HOLD_OVERRIDDEN = "intake.hold_overridden"
    ROUND_OPENED = "intake.round_opened"
    ROUND_ANSWERED = "intake.round_answered"
    ROUND_CLOSED = "intake.round_closed"
    LIST_EXPORTED = "intake.list_exported"
    ASSESSED = "assessment.assessed"
    ASSESSMENT_VOIDED = "assessment.voided"
    DECIDED = "assessment.decided"
    REJECTED = "assessment.rejected"
    DISAGREED = "assessment.disagreed"
    PARKED = "assessment.parked"
    WIDE_PROPOSED = "assessment.wide_proposed"
    OVERSEER_TOLD = "assessment.overseer_told"
    LANGUAGE_ASKED = "assessment.language_asked"  # the words are needed in another language
    LANGUAGE_WITHDRAWN = "assessment.language_withdrawn"
    TRANSLATED = "assessment.translated"
    ALARM_RAISED = "assessment.alarm_raised"  # a threat to life, or child abuse material found by chance
    ALARM_HANDED_OVER = "assessment.alarm_handed_over"
    REFERRAL_PREPARED = "referral.prepared"
    LINE_PREPARED = "referral.line_prepared"
    UNPREPARED = "referral.unprepared"  # given back before anything was sent
    RELEASED = (
        "referral.released"  # a person let it go: from now on it is sent when the provider reads its mail
    )
    RECALLED = "referral.recalled"  # whoever let it go took it back before a machine had it
    HELD_BACK = "referral.held_back"  # something changed between preparing and sending: a person looks
    SENDING = "referral.sending"
    SENT = "referral.sent"
    LINE_REFERRED = "referral.line_referred"
    TRANSCRIBED = "referral.transcribed"
    DELIVERY_UNKNOWN = "referral.delivery_unknown"
    DELIVERY_SETTLED = "referral.delivery_settled"
    DELIVERY_DEFERRED = "referral.delivery_deferred"
    BOUNCED = "referral.bounced"
    WITHDRAWN = "referral.withdrawn"
    CORRECTED = "referral.corrected"
    LETTER_SENT = "referral.letter_sent"  # a correction or withdrawal left the house
    LINK_MADE = "referral.link_made"  # to the provider's page of one letter
    LINK_WITHDRAWN = "referral.link_withdrawn"
    PROVIDER_WROTE = "referral.provider_wrote"  # entered, received, asked or disputed, through the link
    ANSWERED = "referral.answered"
    ANSWER_REFUSED = "referral.answer_refused"
    REINSTATED = "referral.reinstated"
    TRANSFERRED = "referral.transferred"
    CHECKED = "verification.checked"
    CONTROLLED = "verification.controlled"
    CONFIRMED_GONE = "verification.confirmed_gone"
    RETURNED = "verification.returned"
    LOOKED_UP = "registry.looked_up"
    REPORTED = "impact.reported"
    STATEMENT_PROPOSED = "impact.statement_proposed"
    STATEMENT_SIGNED = "impact.statement_signed"  # by a participant, or by a court that told the coordinator
    STATEMENT_RELEASED = "impact.statement_released"  # to the public, at once or when its embargo ends
    SAMPLED = "impact.sampled"  # an overseer drew decisions, with a seed of their own
    RECOMMENDED = "impact.recommended"
    RECOMMENDATION_ANSWERED = "impact.recommendation_answered"
    EXPORTED = "impact.exported"


#: Version of the payload of each event type; an upcaster lifts older ones (none is older yet).
VERSIONS: Final[dict[EventType, int]] = dict.fromkeys(EventType, 1)
