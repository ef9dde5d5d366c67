"""The deconfliction round and its lists: who has answered and who has not, one's own answer, another's that came as a file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiru.core.errors import InputError, UsageError
from openiru.core.intake.deconfliction import SHORTEST_SECRET
from openiru.core.vocabulary import HoldKind, HoldScope
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import PAGE, Desk, done, once_form, page, paged, show
from openiru.foundation.operations.doorway import by_id, id_of
from openiru.foundation.people.queries import unit_by_code
from openiru.stages.intake import queries
from openiru.stages.intake.answers import LARGEST
from openiru.stages.intake.holds import LONGEST_TEXT, NewHold
from openiru.stages.intake.lists import Form, Returned, answer_list, export_holds, export_items
from openiru.stages.intake.rounds import answer_round, close_round, open_round
from openiru.stages.intake.web import asked

#: Hits that are written by hand; more come as a list.
MOST_HITS: Final = 1_000
_PAGE: Final = "intake/round.html"


@page("item.read", methods=("GET",))
def rounds(desk: Desk) -> HttpResponse:
    """Every round, oldest first."""
    return show(desk, "intake/rounds.html", **_rounds(desk))


def _rounds(desk: Desk) -> dict[str, Any]:
    after = id_of(desk.request.GET.get("cursor", ""))
    with acting(desk.by):
        found = [_told(one) for one in queries.rounds(after=after, limit=PAGE + 1)]
    return {"list": paged(desk, found, by_id), "open": any(one["waits"] for one in found)}


def _told(one: queries.RoundStanding) -> dict[str, Any]:
    units = [{"code": code, "hits": hits} for code, hits in one.answered.items()]
    return asdict(one) | {"units": units, "waits": not one.closed, "blocks": one.blocks}


@page("round.open", methods=("POST",))
def opening(desk: Desk) -> HttpResponse:
    """Ask every participating unit about the items that are there now."""

    def do() -> HttpResponse:
        due = asked.moment(desk, "due_at", needed=True)
        if due is None:
            raise UsageError(_("a round needs a time by which it is answered"), where="due_at")
        answer = once_form(
            desk, "open_round", due.isoformat(), lambda: asdict(open_round(by=desk.by, due_at=due))
        )
        said = (
            _("The round is open: %(items)d items, %(left_out)d kept off the list by their marking.") % answer
        )
        return done(desk, desk.url("intake-round", round_id=answer["id"]), said)

    return asked.or_again(desk, "intake/rounds.html", lambda: _rounds(desk), do)


@page("item.read")
def one(desk: Desk, round_id: UUID) -> HttpResponse:
    """Where one round stands."""
    return show(desk, _PAGE, **_round(desk, round_id))


def _round(desk: Desk, round_id: UUID) -> dict[str, Any]:
    with acting(desk.by):
        standing = queries.round_state(round_id)
    return {
        "round": _told(standing),
        "mine": desk.unit_code in standing.silent,
        "others": [code for code in standing.silent if code != desk.unit_code],
        "shortest": SHORTEST_SECRET,
    }


@page("round.answer", methods=("POST",))
def answering(desk: Desk, round_id: UUID) -> HttpResponse:
    """One's own unit's answer: hits, and no hit for all the rest."""

    def do() -> HttpResponse:
        hits = [line for line in asked.text(desk, "hits", longest=200_000).splitlines() if line.strip()]
        if bool(hits) == (desk.request.POST.get("none") == "yes"):
            raise UsageError(
                _("the answer is either hits, or that there are none"),
                where="hits",
                hint=_("Write your hits, one a line, or tick that you looked and have none."),
            )
        if len(hits) > MOST_HITS:
            raise UsageError(_("more hits than can be written here"), hint=_("Send them as a list."))
        new = _holds(desk, hits)
        answer = once_form(
            desk,
            "answer_round",
            [str(round_id), [asdict(hold) for hold in new]],
            lambda: len(answer_round(by=desk.by, round_id=round_id, hits=new)),
        )
        said = ngettext("Your unit has answered: %(n)d hit.", "Your unit has answered: %(n)d hits.", answer)
        return done(desk, desk.url("intake-round", round_id=round_id), said % {"n": answer})

    return asked.or_again(desk, _PAGE, lambda: _round(desk, round_id), do)


def _holds(desk: Desk, subjects: list[str]) -> list[NewHold]:
    until = asked.moment(desk, "expires_at", needed=bool(subjects))
    reason = asked.text(desk, "reason", longest=LONGEST_TEXT) or "hit in the unit's own data"
    return [
        NewHold(
            kind=HoldKind.UNIT, scope=HoldScope.KEY, subject=subject.strip(), reason=reason, expires_at=until
        )
        for subject in subjects
    ]


@page("round.close", methods=("POST",))
def closing(desk: Desk, round_id: UUID) -> HttpResponse:
    """End a round although units are silent."""

    def do() -> HttpResponse:
        why = asked.text(desk, "why", longest=LONGEST_TEXT, needed=True)

        def act() -> str:
            close_round(by=desk.by, round_id=round_id, why=why)
            return "closed"

        once_form(desk, "close_round", [str(round_id), why], act)
        return done(desk, desk.url("intake-round", round_id=round_id), _("The round is closed."))

    return asked.or_again(desk, _PAGE, lambda: _round(desk, round_id), do)


@page("item.read")
def lists(desk: Desk) -> HttpResponse:
    """Lists for units without access: out and back."""
    return show(desk, "intake/lists.html", **_lists(desk))


def _lists(desk: Desk) -> dict[str, Any]:
    with acting(desk.by):
        found = queries.rounds()
    waiting = [_told(one) for one in found if not one.closed]
    codes = sorted({code for one in waiting for code in one["silent"]} - {desk.unit_code})
    return {"rounds": waiting, "codes": codes, "shortest": SHORTEST_SECRET}


@page("list.export", methods=("POST",))
def export(desk: Desk) -> HttpResponse:
    """Hand out a list. That it went out stands in the ledger."""
    form = asked.choice(desk, "form", Form, Form.CSV)
    secret = _secret(desk)
    if asked.text(desk, "what", longest=20) == "holds":
        listing = export_holds(by=desk.by, form=form, secret=secret)
    else:
        listing = export_items(by=desk.by, form=form, secret=secret, round_id=_round_id(desk))
    answer = HttpResponse(listing.text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="openiru-list.{form.value}"'
    return answer


@page("round.enter", methods=("POST",))
def entering(desk: Desk) -> HttpResponse:
    """Take in a list that another unit has filled in."""
    return _returned(desk, for_unit=asked.text(desk, "for_unit", longest=20, needed=True))


@page("hold.place", methods=("POST",))
def returning(desk: Desk) -> HttpResponse:
    """Take in a list that one's own unit has filled in."""
    return _returned(desk, for_unit="")


def _returned(desk: Desk, *, for_unit: str) -> HttpResponse:
    def do() -> HttpResponse:
        data, name = _file(desk)
        until = asked.moment(desk, "expires_at", needed=True)
        if until is None:
            raise UsageError(_("the holds for hits need an end"), where="expires_at")
        round_id, secret = _round_id(desk), _secret(desk)
        with acting(desk.by):
            unit = UUID(str(unit_by_code(for_unit)["id"])) if for_unit else None
        given = Returned(
            data=data,
            form=Form.JSON_LINES if name.endswith((".jsonl", ".ndjson")) else Form.CSV,
            expires_at=until,
            reason=asked.text(desk, "reason", longest=LONGEST_TEXT) or "hit in the unit's own data",
            for_unit=unit,
            secret=secret,
        )

        def act() -> dict[str, Any]:
            out = answer_list(by=desk.by, returned=given, round_id=round_id)
            unplaced = [one for one in out.placed if one.refused is not None]
            return {
                "hits": out.hits,
                "no_hits": out.no_hits,
                "unknown": out.unknown,
                "refused": out.refused[:50],
                "unplaced": [(one.subject, one.refused.message) for one in unplaced if one.refused][:50],
            }

        body = [queries.digest_of([data.hex()]), str(round_id), for_unit, given.expires_at.isoformat()]
        answer = once_form(desk, "answer_list", body, act)
        return show(desk, "intake/list_done.html", answer=answer, round_id=round_id)

    return asked.or_again(desk, "intake/lists.html", lambda: _lists(desk), do)


def _file(desk: Desk) -> tuple[bytes, str]:
    file = desk.request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise UsageError(_("no file was sent"), where="file", hint=_("Choose a file and send it again."))
    if (file.size or 0) > LARGEST:
        raise InputError(_("the list is too big"), where="file")
    return file.read(), (file.name or "").lower()


def _secret(desk: Desk) -> bytes | None:
    said = desk.request.POST.get("secret", "")
    if said and len(said.encode(errors="replace")) < SHORTEST_SECRET:
        raise UsageError(
            _("the secret has at least %(n)d characters") % {"n": SHORTEST_SECRET}, where="secret"
        )
    return said.encode(errors="replace") if said else None


def _round_id(desk: Desk) -> UUID | None:
    said = asked.text(desk, "round_id", longest=40)
    if not said:
        return None
    try:
        found = UUID(said)
    except ValueError as error:
        raise UsageError(_("this is none of the choices"), where="round_id") from error
    with acting(desk.by):
        queries.round_state(found)
    return found
