"""The provider's page: in by link and code, one letter, answers to it. A GET changes nothing: mail scanners follow links."""

from __future__ import annotations

import hmac
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiru.core.errors import PermissionDeniedError, UsageError
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.doorway import once
from openiru.stages.referral import links
from openiru.stages.referral.portal import commands, forms, pages, queries, uploads
from openiru.stages.referral.portal.commands import Said
from openiru.stages.referral.portal.visits import (
    A_LINK,
    A_NUMBER,
    Visit,
    count_try,
    forget,
    remember,
    stranger,
    visit,
)

READS: Final = ("GET", "HEAD")
GONE, UNFIT, TOO_EARLY = 410, 422, 409


def _only(request: HttpRequest, *methods: str) -> None:
    if request.method not in methods:
        raise UsageError(
            f"this address does not know {request.method}", hint=f"It knows {', '.join(methods)}."
        )


def _away(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def _to_letter(reference: str) -> HttpResponse:
    return _away(reverse("portal-letter", kwargs={"reference": reference}))


def request_key(request: HttpRequest) -> UUID:
    """The request id of a form: the same form twice is done once."""
    try:
        return UUID(request.POST.get("request_id", ""))
    except ValueError as error:
        raise UsageError(
            "the form bears no request id",
            where="request_id",
            hint="Open the page again and send it from there.",
        ) from error


@stranger
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """The link of a letter: the head of it, and a form for the code. Only the code, sent by a person, opens."""
    _only(request, *READS, "POST")
    digest = links.digest_of(secret)
    door = queries.door(digest)
    if door is None:
        return render(request, "referral/portal/closed.html", {"why": "unknown"}, status=404)
    if not door.open:
        return _closed(request, door)
    context: dict[str, Any] = {"door": door}
    if request.method != "POST":
        return render(request, "referral/portal/enter.html", context)
    count_try(request, digest.hex(), A_LINK)
    code, name = request.POST.get("code", ""), request.POST.get("name", "").strip()
    if not hmac.compare_digest(links.code_digest(door.reference, code), door.code_digest):
        context |= {"problem": _("This is not the code of this letter. Nothing was changed."), "name": name}
        return render(request, "referral/portal/enter.html", context, status=UNFIT)
    by = door.guest(digest)

    def come_in() -> str:
        return str(commands.write(by=by, kind=Said.ENTERED, name=name))

    once(by, request_key(request), "portal.enter", {"name": name}, come_in)
    response = _to_letter(door.reference)
    remember(response, door, digest, name)
    return response


def _closed(request: HttpRequest, door: queries.Door) -> HttpResponse:
    why = "withdrawn" if door.withdrawn_at else "expired" if door.expired else "unsent"
    status = TOO_EARLY if why == "unsent" else GONE
    return render(request, "referral/portal/closed.html", {"why": why, "door": door}, status=status)


def _visit(request: HttpRequest, reference: str) -> Visit | HttpResponse:
    """Who came in for this letter, or the page that says why nobody did."""
    found = visit(request, reference)
    if found is None:
        return render(
            request, "referral/portal/closed.html", {"why": "outside", "reference": reference}, status=403
        )
    door = queries.door(found.digest)
    if door is None or door.reference != reference:
        raise PermissionDeniedError("this link does not lead to this letter")
    return found if door.open else _closed(request, door)


@stranger
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole batch; POST: answers to the rows of this page (``act`` rows), or one to all that wait (``act`` rest)."""
    _only(request, *READS, "POST")
    found = _visit(request, reference)
    if isinstance(found, HttpResponse):
        return found
    if request.method in READS:
        return _show(request, found)
    rest = request.POST.get("act") == "rest"
    typed = _typed_for_rest(request, found) if rest else forms.typed_rows(request.POST)
    if not typed or any(one.problem for one in typed.values()):
        return _show(request, found, typed, nothing=not typed)
    return _take(request, found, forms.answer_rows(typed), request.POST.dict())


def _typed_for_rest(request: HttpRequest, found: Visit) -> dict[int, forms.Typed]:
    one = forms.judged(request.POST.get("verdict", ""), request.POST.get("words", "").strip())
    if one is None:
        return {}
    if one.problem:
        return {0: one}
    with acting(found.by):
        return forms.for_all(one, [line.number for line in queries.opened().waiting])


def _show(
    request: HttpRequest,
    found: Visit,
    typed: dict[int, forms.Typed] | None = None,
    *,
    nothing: bool = False,
) -> HttpResponse:
    with acting(found.by):
        opened = queries.opened()
    shown = pages.page_of(opened, request.GET, typed or {})
    wrong = nothing or any(one.problem for one in (typed or {}).values())
    context = {
        "letter": opened,
        "page": shown,
        "visit": found,
        "verdicts": forms.VERDICTS,
        "nothing": nothing,
    }
    context["rest"] = (typed or {}).get(0)
    return render(request, "referral/portal/letter.html", context, status=UNFIT if wrong else 200)


def _take(request: HttpRequest, found: Visit, rows: Any, body: dict[str, str]) -> HttpResponse:
    """Record answers once, and back to the letter, or on to the receipt when nothing waits any more."""
    body = {name: text for name, text in body.items() if name not in {"csrfmiddlewaretoken", "request_id"}}

    def take() -> dict[str, Any]:
        said = commands.answer(by=found.by, rows=rows)
        return {
            **said.counts,
            "reasons": sorted(
                {row.message for row in said.rows if row.message and row.code != "answer-repeated"}
            ),
        }

    done = once(found.by, request_key(request), "portal.answer", body, take)
    taken, refused = done["taken"], done["refused"]
    told = ngettext("%(n)s answer was recorded.", "%(n)s answers were recorded.", taken) % {"n": taken}
    (messages.success if taken or not refused else messages.info)(request, told)
    if refused:
        words = ngettext("%(n)s row was not taken: %(why)s", "%(n)s rows were not taken: %(why)s", refused)
        messages.warning(request, words % {"n": refused, "why": " ".join(done["reasons"])})
    with acting(found.by):
        waits = len(queries.opened().waiting)
    if taken and not waits:
        return _away(reverse("portal-receipt", kwargs={"reference": found.reference}))
    return _to_letter(found.reference)


@stranger
def form_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The lines as an answer file to fill in, with what is on record."""
    _only(request, *READS)
    found = _visit(request, reference)
    if isinstance(found, HttpResponse):
        return found
    with acting(found.by):
        opened = queries.opened()
    response = HttpResponse(uploads.answer_form(opened), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{reference}-answers.csv"'
    return response


@stranger
def upload(request: HttpRequest, reference: str) -> HttpResponse:
    """A filled-in file: first what it would do, then, when a person has looked at it, done."""
    _only(request, "POST")
    found = _visit(request, reference)
    if isinstance(found, HttpResponse):
        return found
    if "rows" in request.POST:
        rows = forms.unpacked(request.POST["rows"])
        return _take(request, found, rows, {"rows": request.POST["rows"]})
    rows = uploads.rows_of(request)
    said, new = commands.preview(by=found.by, rows=rows)
    context = {
        "visit": found,
        "said": said.counts,
        "new": new,
        "refused": [row for row in said.rows if row.code and row.code != "answer-repeated"],
        "packed": forms.packed(rows),
    }
    return render(request, "referral/portal/preview.html", context)


@stranger
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """A question, a dispute, or that the letter has arrived."""
    _only(request, "POST")
    found = _visit(request, reference)
    if isinstance(found, HttpResponse):
        return found
    kind = request.POST.get("kind", "")
    if kind not in {Said.ACKNOWLEDGED, Said.QUESTION, Said.DISPUTE}:
        raise UsageError("this is no kind of message", where="kind")
    given = {name: request.POST.get(name, "").strip() for name in ("text", "contact")}
    name = request.POST.get("name", "").strip() or found.name

    def send() -> str:
        return str(commands.write(by=found.by, kind=Said(kind), name=name, **given))

    once(found.by, request_key(request), "portal.write", {"kind": kind, "name": name, **given}, send)
    told = {
        Said.ACKNOWLEDGED: _("It was recorded that you have the letter."),
        Said.QUESTION: _("Your question was recorded. The unit answers to the contact you gave."),
        Said.DISPUTE: _("Your dispute was recorded, for the unit and for its overseer."),
    }
    messages.success(request, told[Said(kind)])
    return _to_letter(reference)


@stranger
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """What was recorded and when, to be printed or kept."""
    _only(request, *READS)
    found = _visit(request, reference)
    if isinstance(found, HttpResponse):
        return found
    with acting(found.by) as now:
        opened, said, at = queries.opened(), queries.messages(reference=reference), now.at
    context = {"letter": opened, "said": said, "at": at, "visit": found}
    return render(request, "referral/portal/receipt.html", context)


@stranger
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """End the visit in this browser; the link goes on working."""
    _only(request, "POST")
    response = _away(reverse("notice"))
    forget(response, reference)
    messages.success(request, _("You have left the letter. To come back, open its link and type the code."))
    return response


@stranger
def notice(request: HttpRequest) -> HttpResponse:
    """Is this notice genuine? Its number and its code, nothing else, and nothing else is said."""
    _only(request, *READS, "POST")
    if request.method in READS:
        return render(request, "referral/portal/notice.html", {})
    reference, code = request.POST.get("reference", "").strip(), request.POST.get("code", "").strip()
    count_try(request, f"notice {reference.upper()}", A_NUMBER)
    found = queries.notice(reference, code)
    context = {"asked": True, "found": found, "reference": reference}
    return render(request, "referral/portal/notice.html", context)


urlpatterns = [
    path("p/<str:secret>", enter, name="portal-enter"),
    path("p/letter/<str:reference>", letter, name="portal-letter"),
    path("p/letter/<str:reference>/answers.csv", form_file, name="portal-form"),
    path("p/letter/<str:reference>/file", upload, name="portal-upload"),
    path("p/letter/<str:reference>/write", write, name="portal-write"),
    path("p/letter/<str:reference>/receipt", receipt, name="portal-receipt"),
    path("p/letter/<str:reference>/leave", leave, name="portal-leave"),
    path("notice", notice, name="notice"),
]
