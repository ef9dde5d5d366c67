"""What the forms of intake say, read and checked: markings, languages, times of the operation's zone, choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from openiru.core.errors import OpenIruError, UsageError
from openiru.core.intake.contribution import language_tag
from openiru.core.intake.names import LANGUAGES
from openiru.core.vocabulary import Pap, Tlp
from openiru.foundation.operations import words
from openiru.foundation.operations.desk import Desk, field, show
from openiru.foundation.operations.doorway import status_of
from openiru.stages.intake.rows import Defaults

T = TypeVar("T", bound=StrEnum)
_EARLIEST, _LATEST = 1970, 2200


def text(desk: Desk, name: str, *, longest: int = 2_000, needed: bool = False) -> str:
    """A field that may be empty."""
    return field(desk, name, longest=longest, needed=needed)


def choice(desk: Desk, name: str, kind: type[T], default: T | None = None) -> T:
    """One of a fixed set. UsageError for what is none of it."""
    said = text(desk, name, longest=60)
    if not said and default is not None:
        return default
    try:
        return kind(said)
    except ValueError as error:
        raise UsageError(_("this is none of the choices"), where=name) from error


def moment(desk: Desk, name: str, *, needed: bool = False) -> datetime | None:
    """A time as a browser's field says it, in the zone of the operation. UsageError for what is no time."""
    said = text(desk, name, longest=40, needed=needed)
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError as error:
        raise UsageError(_("this is no time"), where=name, hint=_("Write 2026-03-01T14:30.")) from error
    if not _EARLIEST <= at.year <= _LATEST:
        raise UsageError(_("a time between 1970 and 2200 is expected"), where=name)
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(desk.zone))).astimezone(UTC)


def language(desk: Desk, name: str = "language") -> str:
    """A language as a tag. UsageError for a word that means none."""
    said = text(desk, name, longest=60)
    tag = language_tag(said) if said else ""
    if said and not tag:
        raise UsageError(
            _("no language is called so"),
            where=name,
            hint=_("Write its name or its tag: Serbian, sr, sr-Latn."),
        )
    return tag


def defaults(desk: Desk) -> Defaults:
    """What holds for rows that do not say it themselves."""
    return Defaults(
        tlp=choice(desk, "tlp", Tlp, Tlp.GREEN),
        pap=choice(desk, "pap", Pap, Pap.GREEN),
        language=language(desk),
    )


def choices() -> dict[str, Any]:
    """What the forms offer: markings with what they mean, and languages."""
    return {
        "tlps": words.TLPS.items(),
        "paps": words.PAPS.items(),
        "tongues": sorted(set(LANGUAGES.values())),
    }


def or_again(
    desk: Desk, template: str, context: Callable[[], Mapping[str, Any]], do: Callable[[], HttpResponse]
) -> HttpResponse:
    """Do what a form asks; when it cannot be done, the form again with what was typed and what is wrong with it."""
    try:
        return do()
    except OpenIruError as error:
        given = {"form": desk.request.POST, "fault": error, "number": uuid4(), **context()}
        return show(desk, template, status=status_of(error), **given)
