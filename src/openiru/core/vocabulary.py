"""The trade's words as enums and frozen dataclasses. The glossary (docs/glossary.md) explains each.

Every enum's values are what stands in the database, in exports and in ``--json``: never change one,
add beside it.
"""

from __future__ import annotations

from enum import StrEnum


class Environment(StrEnum):
    """What kind of instance this is. It stands in every ledger leaf."""

    LIVE = "live"
    EXERCISE = "exercise"
    DEMO = "demo"


class Kind(StrEnum):
    """What an address points to."""

    PAGE = "page"
    POST = "post"
    VIDEO = "video"
    AUDIO = "audio"
    IMAGE = "image"
    DOCUMENT = "document"
    FILE = "file"
    ACCOUNT = "account"
    CHANNEL = "channel"
    INVITE = "invite"
    PLAYLIST = "playlist"
    COLLECTION = "collection"
    SEARCH = "search"
    SITE = "site"
    APP = "app"
    DOMAIN = "domain"
    HOST = "host"
    SHORTENER = "shortener"
    OTHER = "other"


class Extent(StrEnum):
    """How much an address covers: one piece of content, or more than anyone could have assessed."""

    ITEM = "item"
    ACCOUNT = "account"
    CHANNEL = "channel"
    APP = "app"
    SITE = "site"
    PLAYLIST = "playlist"
    COLLECTION = "collection"
    SEARCH = "search"
    ROOT = "root"
    SENSITIVE = "sensitive"


class OperationKind(StrEnum):
    """Why units work together for a while."""

    ACTION_DAY = "action_day"
    CRISIS = "crisis"
    INFRASTRUCTURE = "infrastructure"
    ROUTINE = "routine"


class ParticipantRole(StrEnum):
    """In what capacity somebody takes part in an operation."""

    LEAD = "lead"
    SUPPORTING = "supporting"
    AGENCY = "agency"
    JUDICIAL = "judicial"
    COORDINATOR = "coordinator"
    PROVIDER = "provider"


class Phase(StrEnum):
    """The phases of an operation, in order."""

    CONTRIBUTION = "contribution"
    CROSS_CHECK = "cross_check"
    DECONFLICTION = "deconfliction"
    ASSESSMENT = "assessment"
    REFERRAL = "referral"
    FOLLOW_UP = "follow_up"
    EVALUATION = "evaluation"


class LegalProfile(StrEnum):
    """What a unit is in law; instruments follow from it."""

    EU_COMPETENT_AUTHORITY = "eu_competent_authority"
    MEMBER_STATE_UNIT = "member_state_unit"
    THIRD_COUNTRY_UNIT = "third_country_unit"
    AGENCY = "agency"


class Instrument(StrEnum):
    """By what means a provider is addressed. Removal orders have a room of their own, later."""

    REFERRAL = "referral"
    NOTICE = "notice"
    REMOVAL_ORDER = "removal_order"


class Role(StrEnum):
    """What a person may do. docs/reference/permissions.md shows the whole matrix."""

    ANALYST = "analyst"
    SECOND_ASSESSOR = "second_assessor"
    DECONFLICTION_OFFICER = "deconfliction_officer"
    COORDINATOR = "coordinator"
    ISSUING_OFFICER = "issuing_officer"
    PROVIDER_LIAISON = "provider_liaison"
    PROVIDER = "provider"
    PROSECUTOR = "prosecutor"
    OVERSEER = "overseer"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"


class Tlp(StrEnum):
    """Traffic Light Protocol 2.0 (FIRST, 2022), from open to closed."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"


class Pap(StrEnum):
    """Permissible Actions Protocol (MISP taxonomy), from open to closed."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Ground(StrEnum):
    """The five grounds of Art. 2(7) Regulation (EU) 2021/784."""

    INCITES = "2(7)(a)"
    SOLICITS_OFFENCE = "2(7)(b)"
    SOLICITS_PARTICIPATION = "2(7)(c)"
    INSTRUCTS = "2(7)(d)"
    THREATENS = "2(7)(e)"


class ProtectedPurpose(StrEnum):
    """The protected purposes of Art. 1(3) Regulation (EU) 2021/784; parody stands in the wider debate."""

    EDUCATION = "education"
    JOURNALISM = "journalism"
    ART = "art"
    RESEARCH = "research"
    COUNTER_SPEECH = "counter_speech"
    PUBLIC_DEBATE = "public_debate"


class Verdict(StrEnum):
    """What one assessor says of one item."""

    REFER = "refer"
    DO_NOT_REFER = "do_not_refer"
    OUTSIDE_MANDATE = "outside_mandate"
    NEEDS_EXPERT = "needs_expert"
    NEEDS_LANGUAGE = "needs_language"


class Slot(StrEnum):
    """The two places for a verdict. Nobody is told which was filled first."""

    A = "A"
    B = "B"
    THIRD = "T"


class HoldKind(StrEnum):
    """Who holds, and so how it ends: a unit's hold expires, a judicial hold ends only by an act."""

    UNIT = "unit"
    JUDICIAL = "judicial"


class HoldScope(StrEnum):
    """What a hold is placed on."""

    KEY = "key"
    PATTERN = "pattern"
    ACCOUNT = "account"
    WORK = "work"
    OPERATION = "operation"


class AnswerDecision(StrEnum):
    """What a provider says it did with one line.

    Values in capitals are those of the DSA Transparency Database (StatementStoreRequest, schema of
    1 July 2025): decision_visibility, decision_provision, decision_account. The others are what a referral
    can be answered with and a statement of reasons cannot.
    """

    CONTENT_REMOVED = "DECISION_VISIBILITY_CONTENT_REMOVED"
    CONTENT_DISABLED = "DECISION_VISIBILITY_CONTENT_DISABLED"
    CONTENT_DEMOTED = "DECISION_VISIBILITY_CONTENT_DEMOTED"
    CONTENT_AGE_RESTRICTED = "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED"
    CONTENT_INTERACTION_RESTRICTED = "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED"
    CONTENT_LABELLED = "DECISION_VISIBILITY_CONTENT_LABELLED"
    VISIBILITY_OTHER = "DECISION_VISIBILITY_OTHER"
    SERVICE_PARTIAL_SUSPENSION = "DECISION_PROVISION_PARTIAL_SUSPENSION"
    SERVICE_TOTAL_SUSPENSION = "DECISION_PROVISION_TOTAL_SUSPENSION"
    SERVICE_PARTIAL_TERMINATION = "DECISION_PROVISION_PARTIAL_TERMINATION"
    SERVICE_TOTAL_TERMINATION = "DECISION_PROVISION_TOTAL_TERMINATION"
    ACCOUNT_SUSPENDED = "DECISION_ACCOUNT_SUSPENDED"
    ACCOUNT_TERMINATED = "DECISION_ACCOUNT_TERMINATED"
    NO_ACTION = "NO_ACTION"
    NOT_FOUND = "NOT_FOUND"
    WRONG_ADDRESSEE = "WRONG_ADDRESSEE"
    NEEDS_TIME = "NEEDS_TIME"
    DISPUTED = "DISPUTED"
    REINSTATED = "REINSTATED"


class Outcome(StrEnum):
    """What one look, or several, say about an address (measurement.md §4.2)."""

    GONE = "gone"
    LIVE = "live"
    RESTRICTED = "restricted"
    MOVED = "moved"
    INCONCLUSIVE = "inconclusive"


class DeliveryState(StrEnum):
    """Where a batch stands on its way to a provider. Unknown is a value: only a person settles it."""

    PREPARED = "prepared"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    TRANSCRIBED = "transcribed"
