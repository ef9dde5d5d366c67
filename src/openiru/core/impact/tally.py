"""From one number an item to every count of a report.

The database tells of each item a *code*: its milestones, and beside them what a single milestone does not say (where it
stands, whether the referral is old enough for a rate). Codes of one item in several operations are joined by "or": what was
done in one of them was done. Counting rules are written here once, over codes, for totals and for every table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from openiru.core.impact.rates import Removal, removal
from openiru.core.impact.report import Loss
from openiru.core.lifecycle import Milestone

#: Bits of a code above the milestones.
IN_ASSESSMENT: Final = 1 << 20
PARKED: Final = 1 << 21
PREPARED: Final = 1 << 22
#: Referred, and not gone before: what a referral can have had an effect on.
EFFECT: Final = 1 << 23
#: Such an item that was found gone.
EFFECT_GONE: Final = 1 << 24
#: Such an item whose referral is old enough for a rate, and how it stands.
MATURE: Final = 1 << 25
MATURE_GONE: Final = 1 << 26
MATURE_INCONCLUSIVE: Final = 1 << 27
MATURE_RESTRICTED: Final = 1 << 28

M = Milestone
Test = Callable[[int], bool]
#: Code → how many items have it.
Codes = Mapping[int, int]


def _has(bits: int) -> Test:
    return lambda code: bool(code & bits)


def _not_referred(code: int) -> bool:
    """Not referred here and decided nowhere: of a campaign's operations one may decide what another did not."""
    return bool(code & M.NOT_REFERRED) and not code & M.DECIDED


def _already_gone(code: int) -> bool:
    return bool(code & M.ALREADY_GONE) and not code & EFFECT


def _silent(code: int) -> bool:
    return bool(code & M.REFERRED) and not code & M.ANSWERED


#: Indicator → whether an item with a code is counted. All count items that are behind a contribution.
TESTS: Final[dict[str, Test]] = {
    "distinct": lambda _: True,
    "held": _has(M.HELD),
    "already_gone": _already_gone,
    "assessed": _has(M.ASSESSED | M.DECIDED | M.NOT_REFERRED),
    "not_referred": _not_referred,
    "decided": _has(M.DECIDED),
    "prepared": _has(PREPARED | M.REFERRED | M.TRANSCRIBED),
    "transcribed": _has(M.TRANSCRIBED),
    "referred": _has(M.REFERRED),
    "withdrawn": _has(M.WITHDRAWN),
    "answered": _has(M.ANSWERED),
    "acted": _has(M.ACTED),
    "refused": _has(M.REFUSED),
    "silent": _silent,
    "gone": _has(EFFECT_GONE),
    "restricted": _has(M.RESTRICTED),
    "inconclusive": _has(M.INCONCLUSIVE),
    "reinstated": _has(M.REINSTATED),
}
#: Of these only what was referred is counted: a look before the referral is no figure of it.
_OF_REFERRED: Final = frozenset(
    {"withdrawn", "answered", "acted", "refused", "restricted", "inconclusive", "reinstated"}
)


def counted_in(name: str) -> Test:
    """Whether an item with a code is counted in the indicator ``name``."""
    test = TESTS[name]
    return (lambda code: test(code) and bool(code & M.REFERRED)) if name in _OF_REFERRED else test


def count(codes: Codes, names: Iterable[str] = TESTS) -> dict[str, int]:
    """The count of each indicator of ``names`` over items by code."""
    tests = {name: counted_in(name) for name in names}
    return {name: sum(n for code, n in codes.items() if test(code)) for name, test in tests.items()}


def removal_of(codes: Codes, *, fewest: int = 0) -> Removal:
    """M1 over items by code: each is gone, else inconclusive, else restricted, else still there."""
    left = {code: n for code, n in codes.items() if code & MATURE}
    found = []
    for bit in (MATURE_GONE, MATURE_INCONCLUSIVE, MATURE_RESTRICTED):
        found.append(sum(n for code, n in left.items() if code & bit))
        left = {code: n for code, n in left.items() if not code & bit}
    gone, inconclusive, restricted = found
    return removal(
        items=gone + inconclusive + restricted + sum(left.values()),
        gone=gone,
        inconclusive=inconclusive,
        restricted=restricted,
        already_gone=count(codes, ("already_gone",))["already_gone"],
        fewest=fewest,
    )


#: (stage that was not reached, reason, test), in the order in which one item is asked: the first reason counts.
_LOSSES: Final[tuple[tuple[str, str, Test], ...]] = (
    ("assessed", "needs an expert or another language", _has(PARKED)),
    ("assessed", "one verdict is in", _has(IN_ASSESSMENT)),
    ("assessed", "held", _has(M.HELD)),
    ("assessed", "not begun", lambda _: True),
    ("referred", "already gone", _already_gone),
    ("referred", "held", _has(M.HELD)),
    ("referred", "written to disk only", _has(M.TRANSCRIBED)),
    ("referred", "prepared", _has(PREPARED)),
    ("referred", "not prepared yet", lambda _: True),
    ("answered", "silent", lambda _: True),
    ("gone", "withdrawn", _has(M.WITHDRAWN)),
    ("gone", "reinstated", _has(M.REINSTATED)),
    ("gone", "already gone", lambda code: not code & EFFECT),
    ("gone", "restricted", _has(M.RESTRICTED)),
    ("gone", "inconclusive", _has(M.INCONCLUSIVE)),
    # What nobody has looked at since it was referred is inconclusive: what is left was seen there.
    ("gone", "still there", lambda _: True),
)
#: Stage → the indicator whose items could have reached it.
_BEFORE: Final = {"assessed": "distinct", "referred": "decided", "answered": "referred", "gone": "referred"}


def reason_of(stage: str, code: int) -> str | None:
    """Why an item with ``code`` did not reach ``stage`` (assessed, referred, answered, gone); None: it did, or could not have."""
    if not counted_in(_BEFORE[stage])(code) or counted_in(stage)(code):
        return None
    return next(reason for each, reason, test in _LOSSES if each == stage and test(code))


def losses(codes: Codes, reasons: Mapping[str, int]) -> tuple[Loss, ...]:
    """Why items did not reach each stage. ``reasons``: of those not referred, as the assessors gave them.

    What was assessed and not decided is not referred, for one of the reasons, or in dispute. The losses of a stage make up
    the difference to the stage before (of *gone*: to the referred).
    """
    found: dict[tuple[str, str], int] = {}
    for stage in _BEFORE:
        for code, n in codes.items():
            if (reason := reason_of(stage, code)) is not None:
                found[stage, reason] = found.get((stage, reason), 0) + n
    counts = count(codes, ("assessed", "not_referred", "decided"))
    unsaid = counts["not_referred"] - sum(reasons.values())
    for reason, n in (*reasons.items(), ("no reason stated", unsaid)):
        found["decided", reason] = found.get(("decided", reason), 0) + n
    found["decided", "in dispute"] = counts["assessed"] - counts["decided"] - counts["not_referred"]
    return tuple(Loss(stage, reason, n) for (stage, reason), n in sorted(found.items()) if n > 0)
