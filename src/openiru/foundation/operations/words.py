"""The trade's terms as people read them on pages: one word for each value of core/vocabulary, states and events.

The values themselves stand in the database and in exports; what is shown of them is translated here, once for all rooms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.formats import localize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone, State
from openiru.core.vocabulary import (
    AnswerDecision,
    Extent,
    HoldKind,
    HoldScope,
    Kind,
    Outcome,
    Pap,
    Tlp,
    Verdict,
)

Words = Mapping[str, Any]
#: From so many hours on a span is said in days.
_DAYS_H: Final = 48.0

STATES: Final[Words] = {
    State.SEEN: _("contributed"),
    State.UNDONE: _("taken back"),
    State.IN_ASSESSMENT: _("in assessment"),
    State.DISPUTED: _("disputed"),
    State.PARKED: _("parked"),
    State.NOT_REFERRED: _("not to be referred"),
    State.DECIDED: _("to be referred"),
    State.PREPARED: _("in a batch"),
    State.REFERRED: _("referred"),
    State.ANSWERED: _("answered"),
    State.GONE: _("gone"),
    State.REINSTATED: _("reinstated"),
    State.WITHDRAWN: _("withdrawn"),
}
#: What an assessor said.
VERDICTS: Final[Words] = {
    Verdict.REFER: _("refer"),
    Verdict.DO_NOT_REFER: _("do not refer"),
    Verdict.OUTSIDE_MANDATE: _("outside the mandate"),
    Verdict.NEEDS_EXPERT: _("needs an expert"),
    Verdict.NEEDS_LANGUAGE: _("needs another language"),
}
#: What a provider said that it did.
DECISIONS: Final[Words] = {
    AnswerDecision.CONTENT_REMOVED: _("content removed"),
    AnswerDecision.CONTENT_DISABLED: _("access disabled"),
    AnswerDecision.CONTENT_DEMOTED: _("shown less"),
    AnswerDecision.CONTENT_AGE_RESTRICTED: _("restricted by age"),
    AnswerDecision.CONTENT_INTERACTION_RESTRICTED: _("interaction restricted"),
    AnswerDecision.CONTENT_LABELLED: _("labelled"),
    AnswerDecision.VISIBILITY_OTHER: _("visibility restricted otherwise"),
    AnswerDecision.SERVICE_PARTIAL_SUSPENSION: _("service suspended in part"),
    AnswerDecision.SERVICE_TOTAL_SUSPENSION: _("service suspended"),
    AnswerDecision.SERVICE_PARTIAL_TERMINATION: _("service ended in part"),
    AnswerDecision.SERVICE_TOTAL_TERMINATION: _("service ended"),
    AnswerDecision.ACCOUNT_SUSPENDED: _("account suspended"),
    AnswerDecision.ACCOUNT_TERMINATED: _("account closed"),
    AnswerDecision.NO_ACTION: _("no action"),
    AnswerDecision.NOT_FOUND: _("not found"),
    AnswerDecision.WRONG_ADDRESSEE: _("wrong addressee"),
    AnswerDecision.NEEDS_TIME: _("needs more time"),
    AnswerDecision.DISPUTED: _("disputed"),
    AnswerDecision.REINSTATED: _("put back"),
}
#: What a look said.
OUTCOMES: Final[Words] = {
    Outcome.GONE: _("gone"),
    Outcome.LIVE: _("live"),
    Outcome.RESTRICTED: _("restricted"),
    Outcome.MOVED: _("moved"),
    Outcome.INCONCLUSIVE: _("inconclusive"),
}
KINDS: Final[Words] = {
    Kind.PAGE: _("page"),
    Kind.POST: _("post"),
    Kind.VIDEO: _("video"),
    Kind.AUDIO: _("audio"),
    Kind.IMAGE: _("image"),
    Kind.DOCUMENT: _("document"),
    Kind.FILE: _("file"),
    Kind.ACCOUNT: _("account"),
    Kind.CHANNEL: _("channel"),
    Kind.INVITE: _("invitation"),
    Kind.PLAYLIST: _("playlist"),
    Kind.COLLECTION: _("collection"),
    Kind.SEARCH: _("search"),
    Kind.SITE: _("site"),
    Kind.APP: _("app"),
    Kind.DOMAIN: _("domain"),
    Kind.HOST: _("host"),
    Kind.SHORTENER: _("shortener"),
    Kind.OTHER: _("other"),
}
EXTENTS: Final[Words] = {
    Extent.ITEM: _("one piece of content"),
    Extent.ACCOUNT: _("a whole account"),
    Extent.CHANNEL: _("a whole channel"),
    Extent.APP: _("a whole app"),
    Extent.SITE: _("a whole site"),
    Extent.PLAYLIST: _("a whole playlist"),
    Extent.COLLECTION: _("a whole collection"),
    Extent.SEARCH: _("a search"),
    Extent.ROOT: _("the whole of a platform"),
    Extent.SENSITIVE: _("a place that needs special care"),
}
TLPS: Final[Words] = {
    Tlp.CLEAR: _("TLP:CLEAR, may be published"),
    Tlp.GREEN: _("TLP:GREEN, to everybody in the operation and to providers"),
    Tlp.AMBER: _("TLP:AMBER, inside the operation"),
    Tlp.AMBER_STRICT: _("TLP:AMBER+STRICT, own unit only"),
    Tlp.RED: _("TLP:RED, own unit only, named persons"),
}
PAPS: Final[Words] = {
    Pap.CLEAR: _("PAP:CLEAR, anything may be done"),
    Pap.GREEN: _("PAP:GREEN, may be looked at and referred"),
    Pap.AMBER: _("PAP:AMBER, the other side must notice nothing"),
    Pap.RED: _("PAP:RED, nothing that can be noticed, no look"),
}
HOLD_KINDS: Final[Words] = {HoldKind.UNIT: _("hold of a unit"), HoldKind.JUDICIAL: _("judicial hold")}
HOLD_SCOPES: Final[Words] = {
    HoldScope.KEY: _("one address"),
    HoldScope.PATTERN: _("a pattern of keys"),
    HoldScope.ACCOUNT: _("a whole account or channel"),
    HoldScope.WORK: _("a content, by its digest"),
    HoldScope.OPERATION: _("the whole operation"),
}
MILESTONES: Final[Mapping[Milestone, Any]] = {
    Milestone.SEEN: _("contributed"),
    Milestone.ASSESSED: _("assessed by two"),
    Milestone.DECIDED: _("decided to refer"),
    Milestone.NOT_REFERRED: _("decided not to refer"),
    Milestone.REFERRED: _("referred"),
    Milestone.ANSWERED: _("answered"),
    Milestone.ACTED: _("the provider acted"),
    Milestone.REFUSED: _("the provider refused"),
    Milestone.GONE: _("confirmed gone"),
    Milestone.RESTRICTED: _("restricted"),
    Milestone.INCONCLUSIVE: _("last look inconclusive"),
    Milestone.REINSTATED: _("reinstated"),
    Milestone.WITHDRAWN: _("withdrawn"),
    Milestone.HELD: _("held"),
    Milestone.DUPLICATE: _("contributed more than once"),
    Milestone.TRANSCRIBED: _("written to disk only"),
    Milestone.ALREADY_GONE: _("gone before it was referred"),
    Milestone.DISAGREED: _("the two verdicts differed"),
}
EVENTS: Final[Words] = {
    EventType.IMPORTED: _("imported"),
    EventType.CONTRIBUTED: _("contributed"),
    EventType.ROW_REFUSED: _("row refused"),
    EventType.CONTRIBUTION_UNDONE: _("contribution taken back"),
    EventType.IMPORT_UNDONE: _("import taken back"),
    EventType.MARKING_CHANGED: _("marking changed"),
    EventType.ITEM_RESOLVED: _("shortener followed"),
    EventType.CONTRIBUTION_CARRIED: _("contribution carried over from a shortener"),
    EventType.ITEM_HELD: _("a hold stands"),
    EventType.ITEM_FREED: _("no hold stands any more"),
    EventType.HOLD_PLACED: _("hold placed"),
    EventType.HOLD_RELEASED: _("hold released"),
    EventType.HOLD_EXPIRED: _("hold expired"),
    EventType.HOLD_OVERRIDDEN: _("holds passed for an imminent threat"),
    EventType.ROUND_OPENED: _("deconfliction round opened"),
    EventType.ROUND_ANSWERED: _("deconfliction round answered"),
    EventType.ROUND_CLOSED: _("deconfliction round closed"),
    EventType.LIST_EXPORTED: _("list handed out"),
    EventType.ASSESSED: _("assessed"),
    EventType.ASSESSMENT_VOIDED: _("assessments void: what they stood on changed"),
    EventType.DECIDED: _("decided: refer"),
    EventType.REJECTED: _("decided: do not refer"),
    EventType.DISAGREED: _("the two verdicts differ"),
    EventType.PARKED: _("parked"),
    EventType.WIDE_PROPOSED: _("proposed as more than one piece"),
    EventType.OVERSEER_TOLD: _("overseer told"),
    EventType.REFERRAL_PREPARED: _("batch prepared"),
    EventType.LINE_PREPARED: _("put into a batch"),
    EventType.UNPREPARED: _("given back before anything was sent"),
    EventType.HELD_BACK: _("held back before sending"),
    EventType.SENDING: _("sending began"),
    EventType.SENT: _("sent"),
    EventType.LINE_REFERRED: _("referred"),
    EventType.TRANSCRIBED: _("written to disk only"),
    EventType.DELIVERY_UNKNOWN: _("delivery unknown"),
    EventType.DELIVERY_SETTLED: _("delivery settled by a person"),
    EventType.DELIVERY_DEFERRED: _("delivery deferred"),
    EventType.BOUNCED: _("bounced"),
    EventType.WITHDRAWN: _("withdrawn"),
    EventType.CORRECTED: _("corrected"),
    EventType.LETTER_SENT: _("correction or withdrawal sent"),
    EventType.ANSWERED: _("answered by the provider"),
    EventType.ANSWER_REFUSED: _("answer not applied"),
    EventType.REINSTATED: _("reinstated"),
    EventType.TRANSFERRED: _("disclosed to a third country"),
    EventType.CHECKED: _("looked at"),
    EventType.CONTROLLED: _("control look"),
    EventType.CONFIRMED_GONE: _("confirmed gone"),
    EventType.RETURNED: _("is back"),
    EventType.LOOKED_UP: _("consulted"),
    EventType.REPORTED: _("reported"),
    EventType.STATEMENT_PROPOSED: _("statement proposed"),
    EventType.STATEMENT_SIGNED: _("statement signed off"),
    EventType.STATEMENT_RELEASED: _("statement let go to the public"),
    EventType.SAMPLED: _("sample of decisions drawn"),
    EventType.RECOMMENDED: _("recommendation made"),
    EventType.RECOMMENDATION_ANSWERED: _("recommendation answered"),
    EventType.NOTICE_POSTED: _("notice to all desks"),
    EventType.NOTICE_ENDED: _("notice taken down"),
    EventType.EXPORTED: _("exported"),
}


def word(words: Words, value: object) -> Any:
    """What is shown of a value; the value itself in plain letters when it has no word."""
    key = str(getattr(value, "value", value))
    return words.get(key, key.replace("_", " "))


def passed(milestones: int) -> list[Any]:
    """The words of the milestones in a bit mask."""
    return [MILESTONES[one] for one in Milestone(milestones)]


def span(hours: float) -> str:
    """Hours as people say them: ``45 min``, ``3.5 h``, ``4 d``."""
    if hours < 1:
        return gettext("%(count)s min") % {"count": localize(round(hours * 60))}
    if hours < _DAYS_H:
        return gettext("%(count)s h") % {
            "count": localize(int(hours) if hours == int(hours) else round(hours, 1))
        }
    days = hours / 24
    return gettext("%(count)s d") % {"count": localize(int(days) if days == int(days) else round(days, 1))}
