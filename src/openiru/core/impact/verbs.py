"""How strong a verb is. A statement may weaken what a figure counts, never strengthen it.

Contributed < assessed < decided < referred < answered < acted on < verified gone. "Removed" says that the
content is away, so only a figure of what was verified gone carries it. "Flagged" and "targeted" say no more
than that somebody pointed at it.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from openiru.core.errors import RefusedError


class Verb(IntEnum):
    """What was done to what is counted, from weak to strong."""

    CONTRIBUTED = 1
    ASSESSED = 2
    DECIDED = 3
    REFERRED = 4
    ANSWERED = 5
    ACTED = 6
    GONE = 7


#: Phrase → verb. The longest phrase wins, so that "assessed for referral" is not "referred".
PHRASES: Final[dict[str, Verb]] = {
    **dict.fromkeys(
        ("contributed", "collected", "detected", "identified", "found", "flagged", "targeted", "reported"),
        Verb.CONTRIBUTED,
    ),
    **dict.fromkeys(
        (
            "assessed",
            "assessed for referral",
            "processed for referral",
            "qualitatively assessed",
            "processed",
        ),
        Verb.ASSESSED,
    ),
    **dict.fromkeys(("not referred", "not sent", "no action taken"), Verb.ASSESSED),
    **dict.fromkeys(("decided", "decided for referral", "selected for referral"), Verb.DECIDED),
    **dict.fromkeys(("referred", "sent to the provider", "sent to providers", "notified"), Verb.REFERRED),
    **dict.fromkeys(("answered", "not answered", "refused", "declined"), Verb.ANSWERED),
    **dict.fromkeys(("acted on", "acted upon", "actioned"), Verb.ACTED),
    **dict.fromkeys(
        (
            "verified gone",
            "gone",
            "removed",
            "deleted",
            "taken down",
            "takedown",
            "taken offline",
            "offline",
            "disabled",
            "blocked",
            "eliminated",
            "erased",
            "disrupted",
            "suspended",
            "shut down",
            "purged",
            "cleared",
            "wiped",
            "closed down",
            "no longer available",
            "disappeared",
        ),
        Verb.GONE,
    ),
}
#: Said of content before the referral or after it: not an effect of the referral.
PHRASES["already gone"] = Verb.CONTRIBUTED
PHRASES["gone before the referral"] = Verb.CONTRIBUTED
#: Nouns and forms that say the same as a verb.
_FORMS: Final = {"removal": Verb.GONE, "removals": Verb.GONE, "deletion": Verb.GONE, "takedowns": Verb.GONE}

_WORDS: Final = re.compile(
    r"(?<!\w)(?:"
    + "|".join(
        r"[\s-]+".join(map(re.escape, phrase.split()))
        for phrase in sorted({**PHRASES, **_FORMS}, key=len, reverse=True)
    )
    + r")(?!\w)",
    re.IGNORECASE,
)


def verbs_in(text: str) -> list[tuple[str, Verb]]:
    """Every phrase of the table in ``text``, as written, with its verb, in order."""
    table = {**PHRASES, **_FORMS}
    return [
        (found.group(), table[" ".join(re.split(r"[\s-]+", found.group().casefold()))])
        for found in _WORDS.finditer(text)
    ]


def classify(wording: str) -> Verb:
    """The verb that a published wording such as ``identified and referred`` carries.

    Of things joined by "and" all were done: the strongest counts. Of a choice ("targeted/referred") only the
    weakest is certain. Raises :class:`RefusedError` for words that are not in the table.
    """
    strengths = []
    for choice in wording.split("/"):
        found = [verb for _, verb in verbs_in(choice)]
        if not found:
            raise RefusedError(
                f"the verb {wording!r} is not in the table", hint="Use a verb of core/impact/verbs.py."
            )
        strengths.append(max(found))
    return min(strengths)


def ensure_not_stronger(text: str, counted: Verb, *, where: str) -> None:
    """Raise :class:`RefusedError` when ``text`` says more than was ``counted``."""
    for phrase, verb in verbs_in(text):
        if verb > counted:
            raise RefusedError(
                f"{phrase!r} is stronger than what was counted ({counted.name.lower()})",
                where=where,
                hint="Use the figure that counts this, or a weaker verb.",
            )
