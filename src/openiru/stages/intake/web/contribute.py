"""The box: paste any text, see each address as it is understood, then hand them in."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiru.core.errors import OpenIruError, UsageError
from openiru.foundation.operations.desk import Desk, done, once_form, page, show
from openiru.stages.intake.commands import Source, import_rows
from openiru.stages.intake.pasted import LONGEST, MOST, NAME, Parsed, Said, Text, parse, with_words
from openiru.stages.intake.rows import Defaults
from openiru.stages.intake.web import asked

_FORM = "intake/contribute.html"


@page("contribute", methods=("GET", "POST"))
def contribute(desk: Desk) -> HttpResponse:
    """The box, and what was pasted handed in."""
    if desk.request.method != "POST":
        return show(desk, _FORM, **_context())
    if "check" in desk.request.POST:  # a browser without scripts asks for the parse by a button
        return asked.or_again(desk, _FORM, _context, lambda: _checked(desk))
    return asked.or_again(desk, _FORM, _context, lambda: _handed_in(desk))


@page("contribute", methods=("POST",))
def parsed(desk: Desk) -> HttpResponse:
    """What would become of the text in the box. Nothing is written."""
    try:
        found = _parse(desk)
    except OpenIruError as error:
        return show(desk, "intake/_parsed.html", fault=error)
    return show(desk, "intake/_parsed.html", parsed=found)


def _context() -> dict[str, Any]:
    return {"longest": LONGEST, "most": MOST, **asked.choices()}


def _checked(desk: Desk) -> HttpResponse:
    return show(desk, _FORM, form=desk.request.POST, parsed=_parse(desk), **_context())


def _asked(desk: Desk) -> tuple[str, Said, Defaults]:
    seen = asked.moment(desk, "seen_at")
    said = Said(
        reason=asked.text(desk, "reason"),
        group=asked.text(desk, "group", longest=200),
        seen_at=seen,
        seen_zone=desk.zone if seen else "",
    )
    return asked.text(desk, "text", longest=LONGEST), said, asked.defaults(desk)


def _parse(desk: Desk) -> Parsed:
    text, said, defaults = _asked(desk)
    return parse(by=desk.by, text=text, said=said, defaults=defaults)


def _handed_in(desk: Desk) -> HttpResponse:
    text, said, defaults = _asked(desk)
    if not text:
        raise UsageError(
            _("there is nothing in the box"), where="text", hint=_("Paste a text with addresses.")
        )
    body = {"text": text, **asdict(said), **asdict(defaults)}
    answer = once_form(desk, "contribute_text", body, lambda: _take(desk, text, said, defaults))
    told = ngettext("%(n)d contribution was taken.", "%(n)d contributions were taken.", answer["taken"])
    return done(desk, desk.url("intake-import", import_id=answer["import"]), told % {"n": answer["taken"]})


def _take(desk: Desk, text: str, said: Said, defaults: Defaults) -> dict[str, Any]:
    with Text(text) as file:
        rows = list(with_words(file.rows(), said))
        if not any(hasattr(row, "address") for row in rows):
            raise UsageError(
                _("no address was found in this text"), where="text", hint=_("Paste a text with addresses.")
            )
        source = Source(
            rows=rows,
            file_name=NAME,
            file_digest="sha256:" + hashlib.sha256(text.encode(errors="replace")).hexdigest(),
            format="text",
            encoding="utf-8",
            purpose=said.reason,
            defaults=defaults,
        )
        return import_rows(by=desk.by, source=source).as_dict()
