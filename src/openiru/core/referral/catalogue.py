"""The fixed sentences of a referral letter, by language. A jurist reads them here; code fills the slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openiru.core.errors import UsageError
from openiru.core.vocabulary import Environment, Ground, LegalProfile, ProtectedPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Every sentence of a letter in one language. Slots are in braces."""

    legal_nature: str
    own_ground: dict[LegalProfile, str]
    environment: dict[Environment, str]
    grounds: dict[Ground, str]
    exceptions: dict[ProtectedPurpose, str]
    exceptions_none_apply: str
    opening: str
    one_line: str
    many_lines: str
    contributors: str
    addresses_note: str
    not_captured: str
    user_may_be_told: str
    redress: str
    how_to_answer: str
    answer_page: str
    is_it_genuine: str
    withdrawal: str
    urgent: str
    labels: dict[str, str]


ENGLISH: Final = Texts(
    legal_nature=(
        "This is a referral for your voluntary consideration, not an order. You decide for yourself, by your "
        "own terms and the law that applies to you, whether and how you act. Not acting has no legal "
        "consequence that follows from this letter."
    ),
    own_ground={
        LegalProfile.EU_COMPETENT_AUTHORITY: (
            "We are a competent authority under Regulation (EU) 2021/784. This letter is not a removal order "
            "under Article 3 of that Regulation."
        ),
        LegalProfile.MEMBER_STATE_UNIT: (
            "We are a unit of a Member State of the European Union and act under our national law. We cannot "
            "issue removal orders under Regulation (EU) 2021/784."
        ),
        LegalProfile.THIRD_COUNTRY_UNIT: (
            "We are an authority of a country outside the European Union and act under our national law. The "
            "provisions of Regulation (EU) 2021/784 named below describe the content; they do not bind you "
            "towards us."
        ),
        LegalProfile.AGENCY: (
            "We are an agency and act under our founding act, which lets us draw your attention to content. "
            "We cannot issue orders."
        ),
    },
    environment={
        Environment.LIVE: "",
        Environment.EXERCISE: "EXERCISE - this letter is part of an exercise. Nothing in it is real.",
        Environment.DEMO: "INVENTED DATA - this letter is part of a demonstration. Nothing in it is real.",
    },
    grounds={
        Ground.INCITES: "incites to a terrorist offence and so causes a danger that one is committed",
        Ground.SOLICITS_OFFENCE: "solicits to commit or contribute to a terrorist offence",
        Ground.SOLICITS_PARTICIPATION: "solicits to take part in the activities of a terrorist group",
        Ground.INSTRUCTS: "instructs in making or using weapons, substances or methods for such an offence",
        Ground.THREATENS: "threatens to commit a terrorist offence",
    },
    exceptions={
        ProtectedPurpose.EDUCATION: "education",
        ProtectedPurpose.JOURNALISM: "journalism",
        ProtectedPurpose.ART: "art",
        ProtectedPurpose.RESEARCH: "research",
        ProtectedPurpose.COUNTER_SPEECH: "preventing or countering terrorism",
        ProtectedPurpose.PUBLIC_DEBATE: "public debate, including polemic views and parody",
    },
    exceptions_none_apply="asked one by one by two people; none applies: {names}",
    opening=(
        "Two people have each assessed every line below on its own and found it to be terrorist content as "
        "described in Article 2(7) of Regulation (EU) 2021/784. We draw your attention to {count} on your "
        "service."
    ),
    one_line="one line",
    many_lines="{count} lines",
    contributors="The content was found by: {units}. The unit that signs this letter decided on it.",
    addresses_note=(
        "Addresses are written so that nobody opens them by accident. The exact addresses stand in the "
        "attached files only."
    ),
    not_captured="not captured",
    user_may_be_told=(
        "You may tell the user concerned of this referral and of our name, unless a line says otherwise."
    ),
    redress=(
        "The user can complain to you by your own procedure, and to us at the address below; we answer "
        "complaints and correct or withdraw a referral that was wrong."
    ),
    how_to_answer=(
        "Please answer line by line, whatever you decide. Return a CSV file with the columns {columns}, or "
        'reply to this letter naming reference and line. Values of "decision" and "ground" are those of '
        "the DSA Transparency Database; also NO_ACTION, NOT_FOUND, WRONG_ADDRESSEE, NEEDS_TIME, DISPUTED and "
        "REINSTATED."
    ),
    answer_page=(
        "You can answer on a page that shows these lines, without an account. Open this address and type the "
        "code:"
    ),
    is_it_genuine=(
        "To find out whether this letter is genuine, type its reference and the code at {page}, or call the "
        "contact above by a number that you know from elsewhere."
    ),
    withdrawal="If we correct or withdraw a line we write to you under the same reference.",
    urgent="Urgent: there is reason to believe that a threat is imminent.",
    labels={
        "title": "REFERRAL",
        "reference": "Reference",
        "date": "Date",
        "from": "From",
        "to": "To",
        "operation": "Operation",
        "line": "Line",
        "address": "Address",
        "kind": "Kind",
        "place": "Where",
        "quote": "Words",
        "translation": "In English",
        "rule": "Your rule",
        "law": "Law",
        "national": "National law",
        "exceptions": "Exceptions",
        "capture": "Captured",
        "group": "Group",
        "brand": "Outlet",
        "contact": "Contact",
        "code": "Code",
        "hours": "Hours",
    },
)

TEXTS: Final[dict[str, Texts]] = {"en": ENGLISH}


def texts(language: str) -> Texts:
    """The sentences in ``language``; :class:`UsageError` when there is no such catalogue."""
    try:
        return TEXTS[language]
    except KeyError:
        known = ", ".join(sorted(TEXTS))
        raise UsageError(
            f"there is no letter in the language {language!r}", hint=f"Languages: {known}."
        ) from None
