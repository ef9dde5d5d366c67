"""Every state an item may have in an operation, and every allowed step between them: one table.

The state says where an item stands; the milestones say what has ever become true of it and still holds.
Figures are counts of milestones, never of states, so that an item that was referred and has come back is
still counted as referred.
"""

from __future__ import annotations

from enum import IntFlag, StrEnum
from typing import Final

from openiru.core.errors import LifecycleError


class State(StrEnum):
    """Where an item stands in one operation."""

    SEEN = "seen"  # somebody contributed it
    UNDONE = "undone"  # every contribution was taken back
    IN_ASSESSMENT = "in_assessment"  # one verdict is in
    DISPUTED = "disputed"  # the two verdicts differ: a third person decides
    PARKED = "parked"  # an expert or another language is needed
    NOT_REFERRED = "not_referred"  # decided: no referral
    DECIDED = "decided"  # two people said refer, on the same basis
    PREPARED = "prepared"  # it stands on a line of a batch
    REFERRED = "referred"  # the batch left the house by a channel that reaches the provider
    ANSWERED = "answered"  # the provider said what it did
    GONE = "gone"  # confirmed by a second look
    REINSTATED = "reinstated"  # lawfully back: never referred again by itself
    WITHDRAWN = "withdrawn"  # we took the referral back


class Step(StrEnum):
    """What can happen to an item in an operation."""

    CONTRIBUTE = "contribute"
    UNDO = "undo"
    ASSESS = "assess"
    DISAGREE = "disagree"
    PARK = "park"
    REJECT = "reject"
    DECIDE = "decide"
    VOID = "void"
    PREPARE = "prepare"
    UNPREPARE = "unprepare"
    REFER = "refer"
    BOUNCE = "bounce"
    ANSWER = "answer"
    CONFIRM_GONE = "confirm_gone"
    RETURN = "return"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"


class Milestone(IntFlag):
    """What has become true of an item in an operation and still holds. A bit mask, stored as an integer."""

    SEEN = 1
    ASSESSED = 2  # both slots are filled
    DECIDED = 4
    NOT_REFERRED = 8
    REFERRED = 16
    ANSWERED = 32
    ACTED = 64  # the provider says it acted on it
    REFUSED = 128  # the provider says it did not
    GONE = 256
    RESTRICTED = 512
    INCONCLUSIVE = 1024  # the last look could not tell
    REINSTATED = 2048
    WITHDRAWN = 4096
    HELD = 8192
    DUPLICATE = 16384  # more than one contribution stands behind it
    TRANSCRIBED = 32768  # written to disk only; counted apart from referred
    ALREADY_GONE = 65536  # gone before it was referred: no effect of the referral
    DISAGREED = 131072  # the two verdicts differed


S, T = State, Step

#: state → step → next state. What is not in the table is forbidden.
TABLE: Final[dict[State, dict[Step, State]]] = {
    S.SEEN: {
        T.CONTRIBUTE: S.SEEN,
        T.UNDO: S.UNDONE,
        T.ASSESS: S.IN_ASSESSMENT,
    },
    S.UNDONE: {T.CONTRIBUTE: S.SEEN},
    S.IN_ASSESSMENT: {
        T.CONTRIBUTE: S.IN_ASSESSMENT,
        T.UNDO: S.UNDONE,
        T.ASSESS: S.IN_ASSESSMENT,
        T.DECIDE: S.DECIDED,
        T.REJECT: S.NOT_REFERRED,
        T.DISAGREE: S.DISPUTED,
        T.PARK: S.PARKED,
        T.VOID: S.SEEN,
    },
    S.DISPUTED: {
        T.CONTRIBUTE: S.DISPUTED,
        T.UNDO: S.UNDONE,
        T.DECIDE: S.DECIDED,
        T.REJECT: S.NOT_REFERRED,
        T.PARK: S.PARKED,
        T.VOID: S.SEEN,
    },
    S.PARKED: {
        T.CONTRIBUTE: S.PARKED,
        T.UNDO: S.UNDONE,
        T.ASSESS: S.IN_ASSESSMENT,
        T.VOID: S.SEEN,
    },
    S.NOT_REFERRED: {
        T.CONTRIBUTE: S.NOT_REFERRED,
        T.UNDO: S.UNDONE,
        T.VOID: S.SEEN,
    },
    S.DECIDED: {
        T.CONTRIBUTE: S.DECIDED,
        T.UNDO: S.UNDONE,
        T.PREPARE: S.PREPARED,
        T.VOID: S.SEEN,
    },
    S.PREPARED: {
        T.CONTRIBUTE: S.PREPARED,
        T.UNPREPARE: S.DECIDED,
        T.REFER: S.REFERRED,
        T.VOID: S.SEEN,
    },
    S.REFERRED: {
        T.CONTRIBUTE: S.REFERRED,
        T.BOUNCE: S.PREPARED,  # the letter came back: the provider never had it
        T.ANSWER: S.ANSWERED,
        T.CONFIRM_GONE: S.GONE,
        T.REINSTATE: S.REINSTATED,
        T.WITHDRAW: S.WITHDRAWN,
    },
    S.ANSWERED: {
        T.CONTRIBUTE: S.ANSWERED,
        T.ANSWER: S.ANSWERED,
        T.CONFIRM_GONE: S.GONE,
        T.REINSTATE: S.REINSTATED,
        T.WITHDRAW: S.WITHDRAWN,
    },
    S.GONE: {
        T.CONTRIBUTE: S.GONE,
        T.ANSWER: S.GONE,
        T.RETURN: S.ANSWERED,
        T.REINSTATE: S.REINSTATED,
        T.WITHDRAW: S.WITHDRAWN,
    },
    S.REINSTATED: {T.CONTRIBUTE: S.REINSTATED},
    S.WITHDRAWN: {T.CONTRIBUTE: S.WITHDRAWN, T.ANSWER: S.WITHDRAWN},
}


def after(state: State, step: Step) -> State:
    """The state that ``step`` leads to from ``state``; :class:`LifecycleError` when there is no such step."""
    try:
        return TABLE[state][step]
    except KeyError:
        allowed = ", ".join(TABLE[state]) or "nothing"
        raise LifecycleError(
            f"an item that is {state} cannot {step.replace('_', ' ')}",
            hint=f"From {state} these steps exist: {allowed}.",
        ) from None
