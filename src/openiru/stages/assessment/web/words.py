"""The terms of assessment in words, for pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from openiru.core.assessment.said import SENTENCES
from openiru.core.assessment.tests import Availability
from openiru.core.vocabulary import Ground, ProtectedPurpose

Words = Mapping[Any, Any]
P = ProtectedPurpose

GROUNDS: Final[Words] = {
    Ground.INCITES: _("incites an offence, and so causes a danger that one is committed"),
    Ground.SOLICITS_OFFENCE: _("solicits somebody to commit or contribute to an offence"),
    Ground.SOLICITS_PARTICIPATION: _("solicits somebody to take part in a terrorist group"),
    Ground.INSTRUCTS: _("gives instruction on weapons, methods or techniques"),
    Ground.THREATENS: _("threatens to commit an offence"),
}
PURPOSES: Final[Words] = {
    P.EDUCATION: _("education"),
    P.JOURNALISM: _("journalism"),
    P.ART: _("art"),
    P.RESEARCH: _("research"),
    P.COUNTER_SPEECH: _("counter-speech"),
    P.PUBLIC_DEBATE: _("public debate"),
}
AVAILABILITIES: Final[Words] = {
    Availability.OPEN_LINK: _("an open link"),
    Availability.AUTOMATIC_ADMISSION: _("admission without a human decision"),
    Availability.HUMAN_ADMISSION: _("somebody decides who gets in"),
    Availability.PRIVATE: _("private"),
}
#: Name -> what is said on the button. The whole sentence that is saved stands beside it.
SAID: Final[Words] = {
    "no_ground": _("No ground is met"),
    "journalism": _("Journalism"),
    "research": _("Research"),
    "art": _("Art"),
    "counter_speech": _("Counter-speech"),
    "education": _("Education"),
    "public_debate": _("Public debate"),
    "not_public": _("Not public"),
    "outside_mandate": _("Outside the mandate"),
    "needs_expert": _("Needs an expert"),
}
#: Key -> sentence, in the order of the page.
KEYS: Final = dict(zip("12345678oe", SENTENCES, strict=True))
#: Key -> (percentage, word): how sure somebody is.
SURE: Final = {
    "a": (95, _("certain")),
    "s": (80, _("sure")),
    "d": (60, _("fairly sure")),
    "f": (30, _("unsure")),
}
SPEAKS: Final[Words] = {
    "too-long": _("This text is too long."),
    "availability-missing": _("Say how a stranger gets to the content."),
    "not-public": _("Only what is disseminated to the public can be referred (Art. 2(3), recital 14)."),
    "ground-missing": _("A referral needs at least one ground of Art. 2(7)."),
    "facts-missing": _("A ground is claimed without facts."),
    "danger-missing": _("Incitement has two parts: give the facts of the danger too."),
    "danger-misplaced": _("The danger is a part of incitement alone."),
    "exception-unanswered": _("Answer each protected purpose of Art. 1(3): does it apply?"),
    "exception-reason-missing": _("Say why each purpose applies or does not apply."),
    "exception-applies": _(
        "A protected purpose applies: then the item is not terrorist content (Art. 1(3))."
    ),
    "proportionality-missing": _("Say why this extent, and not less."),
    "rule-missing": _("Name the clause of the provider's own rules."),
    "verdict-missing": _("Give a verdict."),
    "reasons-missing": _("Give reasons in your own words."),
    "confidence-missing": _("Say how sure you are."),
    "confidence-range": _("Say how sure you are, 0 to 100."),
}
ALARMS: Final[Words] = {
    "life": _("threat to life"),
    "abuse": _("child abuse material found by chance"),
}
LANGUAGES: Final = ("en", "fr", "de", "sr", "hr", "bs", "mk", "sq", "sl", "ar")
