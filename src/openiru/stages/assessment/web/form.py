"""The form of an assessment: read, and shown again with everything that was typed.

Two ways: one key says a whole sentence (core/assessment/said.py), for verdicts other than refer; or every part is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from openiru.core.assessment.plain import draft_from_plain, draft_to_plain
from openiru.core.assessment.said import SENTENCES, draft_of
from openiru.core.assessment.tests import LONGEST_TEXT, Draft, Problem
from openiru.core.errors import UsageError
from openiru.core.vocabulary import Ground, ProtectedPurpose
from openiru.foundation.operations.desk import Desk, field
from openiru.stages.assessment.queries import Shown
from openiru.stages.assessment.web import words

TEXTS = ("group", "brand", "proportionality", "provider_rule", "reasons")


def read(desk: Desk) -> Draft:
    """What the form says. What was left empty is not said: validate() names it."""
    confidence = _whole(desk)
    name = desk.request.POST.get("sentence", "")
    if name and not desk.request.POST.get("verdict"):
        if name not in SENTENCES:
            raise UsageError("there is no such sentence", where="sentence")
        if confidence is None:
            raise UsageError("say how sure you are", where="confidence", hint="One key: a, s, d or f.")
        return draft_of(SENTENCES[name], confidence=confidence)
    return draft_from_plain(
        {
            "availability": desk.request.POST.get("availability") or None,
            "claims": [_claim(desk, one) for one in Ground if desk.request.POST.get(f"ground-{one.value}")],
            "exceptions": [
                _exception(desk, one)
                for one in ProtectedPurpose
                if desk.request.POST.get(f"applies-{one.value}") in {"yes", "no"}
            ],
            **{name: _text(desk, name) for name in TEXTS},
            "confidence": confidence,
            "verdict": desk.request.POST.get("verdict") or None,
        }
    )


def _text(desk: Desk, name: str) -> str:
    return field(desk, name, longest=LONGEST_TEXT, needed=False)


def _claim(desk: Desk, ground: Ground) -> dict[str, Any]:
    danger = _text(desk, f"danger-{ground.value}")
    return {"ground": ground.value, "facts": _text(desk, f"facts-{ground.value}"), "danger": danger or None}


def _exception(desk: Desk, purpose: ProtectedPurpose) -> dict[str, Any]:
    return {
        "exception": purpose.value,
        "applies": desk.request.POST[f"applies-{purpose.value}"] == "yes",
        "reason": _text(desk, f"why-{purpose.value}"),
    }


def _whole(desk: Desk) -> int | None:
    said = desk.request.POST.get("confidence", "").strip()
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) <= 3):  # noqa: PLR2004 - 100 has three digits
        raise UsageError("how sure you are is a whole number from 0 to 100", where="confidence")
    return int(said)


def seen_of(desk: Desk, item: UUID) -> Shown:
    """What stood on the page when the verdict was given: it says what has changed since, and is trusted for nothing else."""
    given = {
        name: desk.request.POST.get(f"seen-{name}", "")
        for name in ("key", "canonical", "kind", "extent", "mandate", "rules")
    }
    return Shown(item=item, digest=desk.request.POST.get("basis", ""), **given)


def shown(typed: Mapping[str, Any] | None, like: Draft | None) -> dict[str, Any]:
    """What stands in the fields: what was typed, or what two people said of the same content, or nothing."""
    flat = dict(typed) if typed is not None else _flat(like) if like is not None else {}
    return {
        "verdict": flat.get("verdict", ""),
        "sentence": flat.get("sentence", ""),
        "availability": flat.get("availability", ""),
        "confidence": flat.get("confidence", ""),
        **{name: flat.get(name, "") for name in TEXTS},
        "claims": [
            {
                "ground": one.value,
                "word": words.GROUNDS[one],
                "danger_asked": one is Ground.INCITES,
                "claimed": bool(flat.get(f"ground-{one.value}")),
                "facts": flat.get(f"facts-{one.value}", ""),
                "danger": flat.get(f"danger-{one.value}", ""),
            }
            for one in Ground
        ],
        "exceptions": [
            {
                "name": one.value,
                "word": words.PURPOSES[one],
                "applies": flat.get(f"applies-{one.value}", ""),
                "why": flat.get(f"why-{one.value}", ""),
            }
            for one in ProtectedPurpose
        ],
        "written": bool(flat) and not (flat.get("sentence") and not flat.get("verdict")),
    }


def _flat(draft: Draft) -> dict[str, str]:
    """A draft as the fields of the form. How sure somebody is is theirs to say."""
    plain = draft_to_plain(draft)
    flat = {name: plain[name] for name in TEXTS} | {
        "verdict": plain["verdict"] or "",
        "availability": plain["availability"] or "",
    }
    for claim in plain["claims"]:
        ground = claim["ground"]
        flat |= {
            f"ground-{ground}": "1",
            f"facts-{ground}": claim["facts"],
            f"danger-{ground}": claim["danger"] or "",
        }
    for one in plain["exceptions"]:
        name = one["exception"]
        flat |= {f"applies-{name}": "yes" if one["applies"] else "no", f"why-{name}": one["reason"]}
    return flat


def problems(found: Iterable[Problem]) -> list[tuple[str, Any]]:
    """Each problem once, as (field, what to do) in the words of the interface."""
    told = {(one.field, one.code): words.SPEAKS.get(one.code, one.message) for one in found}
    return [(field_, said) for (field_, _), said in told.items()]
