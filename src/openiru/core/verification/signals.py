"""What a platform's page gives away, in the words that the decision understands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Says(StrEnum):
    """What one marker, when it is met, says of the content."""

    ALIVE = "alive"
    GONE = "gone"
    RESTRICTED = "restricted"
    UNCLEAR = "unclear"  # a page that hides whether the content is there: captcha, consent, script shell


class Why(StrEnum):
    """The kind of restriction, removal or hiding that a marker speaks of."""

    PRESENT = "present"
    REMOVED = "removed"  # no longer there; the page does not say by whom
    TERMS = "terms"  # removed by the provider under its terms
    UPLOADER = "uploader"  # removed by the uploader
    ACCOUNT = "account"  # the whole account was closed
    DARK = "dark"  # withdrawn from view by an archive
    EXPIRED = "expired"  # it ran out by itself: not a removal
    LEGAL = "legal"
    GEO = "geo"
    AGE = "age"
    LOGIN = "login"
    PRIVATE = "private"
    CAPTCHA = "captcha"
    CONSENT = "consent"
    SHELL = "shell"  # a page that only a script fills
    LIMIT = "limit"  # too many questions


@dataclass(frozen=True, slots=True)
class Sign:
    """One marker that was met. ``marker`` is its id, ``spec/marker``."""

    says: Says
    why: Why
    marker: str


@dataclass(frozen=True, slots=True)
class Signals:
    """All markers met on one page, in the order of the spec named ``spec``."""

    spec: str
    signs: tuple[Sign, ...] = ()

    def first(self, says: Says) -> Sign | None:
        """The first sign that says so."""
        return next((sign for sign in self.signs if sign.says is says), None)
