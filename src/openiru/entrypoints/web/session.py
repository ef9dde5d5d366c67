"""Who looks at a page: the middleware that finds the person of a browser's session.

``request.auth`` is a By or None; the programming interface sets its own, from its token. A session that was ended elsewhere, or whose
person is no member any more, is forgotten here, and the page for signing in says why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from openiru.foundation.database.acting import By
from openiru.foundation.people.fresh import mark_fresh, wall
from openiru.foundation.people.sessions import Opened, open_session, session_of

if TYPE_CHECKING:
    from openiru.foundation.people.models import Account

#: Where the session keeps what is ours.
PLACE: Final = "openiru"
ENDED: Final = "openiru.ended"
#: A session is written anew at most so often, which moves the end of its idle time.
SEEN_S: Final = 60
#: Addresses below these have nothing to do with sessions.
WITHOUT: Final = ("/api/", "/static/", "/alive")

Following = Callable[[HttpRequest], HttpResponse]


def sessions(following: Following) -> Following:
    """The middleware."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(WITHOUT):
            request.auth = who(request)  # type: ignore[attr-defined] # as for the interface
        return following(request)

    return answer


def who(request: HttpRequest) -> By | None:
    """The person of this session, or None."""
    kept = request.session.get(PLACE)
    if kept is None:
        return None
    found = session_of(bytes.fromhex(kept["digest"]))
    if found is None:
        request.session.flush()
        request.session[ENDED] = True
        return None
    if wall() - kept["seen"] > SEEN_S:
        request.session[PLACE] = {**kept, "seen": wall()}
    return found[0]


def begin(request: HttpRequest, account: Account, *, alone: bool = False) -> Opened:
    """Begin the session of somebody who has just shown what their account asks for; ``alone`` ends all others of theirs."""
    opened = open_session(account, label=label_of(request), alone=alone)
    mark_fresh(request)
    request.session[PLACE] = {
        "digest": opened.by.token.hex(),
        "id": str(opened.id),
        "seen": wall(),
        "before": opened.before.isoformat() if opened.before else None,
    }
    request.auth = opened.by  # type: ignore[attr-defined] # as above
    return opened


def label_of(request: HttpRequest) -> str:
    """What the list of sessions calls this browser: what it says of itself, without what does not print."""
    said = request.META.get("HTTP_USER_AGENT", "")
    return "".join(sign for sign in said if sign.isascii() and sign.isprintable()) or "browser"


def own(request: HttpRequest) -> dict[str, Any] | None:
    """What the session keeps: ``id``, ``before`` (when the one before began)."""
    kept: dict[str, Any] | None = request.session.get(PLACE)
    return kept


def own_id(request: HttpRequest) -> UUID | None:
    """The id of this session among the tokens."""
    kept = own(request)
    return UUID(kept["id"]) if kept else None
