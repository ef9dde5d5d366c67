"""Where each route of the desk leads in the filled world, and who goes there; and the routes that are no page, each with why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tests.pages.filled import Filled

NOBODY, GUEST, KEYS, NEW = "nobody", "guest", "AG/admin", "HR/ivo"
_O: Final = "o/<slug:operation>/"
ANA, BORO, MILA, DEDA = "RS/ana", "RS/boro", "MK/mila", "RS/deda"
COORDINATOR, DEPUTY, OFFICER, OVERSEER, ADMIN = (
    f"AG/{handle}" for handle in ("coordinator", "deputy", "officer", "overseer", "admin")
)
#: Route → who opens it, and its address after the head of the route; ``{name}`` stands for what the filled world calls so.
PLACES: Final[dict[str, tuple[str, str]]] = {
    "": (ANA, ""),
    "palette": (ANA, "palette?q=hold"),
    "help": (ANA, "help"),
    "help/roles": (ANA, "help/roles"),
    "help/shortcuts": (ANA, "help/shortcuts"),
    "help/accessibility": (NOBODY, "help/accessibility"),
    "signin": (NOBODY, "signin"),
    "signin/demo": (NOBODY, "signin/demo"),
    "signin/enrol": (NOBODY, "signin/enrol"),
    "signin/broken-off": (NOBODY, "signin/broken-off"),
    "signin/failed": (NOBODY, "signin/failed"),
    "signin/enrol/how": (NEW, "signin/enrol/how"),
    "signin/again": (ANA, "signin/again"),
    "signin/again/code": (KEYS, "signin/again/code"),
    "signout": (ANA, "signout"),
    "me/sessions": (ANA, "me/sessions"),
    "me/keys": (KEYS, "me/keys"),
    "me/keys/passkeys": (KEYS, "me/keys/passkeys"),
    "me/keys/add": (NEW, "me/keys/add"),
    "me/keys/app": (NEW, "me/keys/app"),
    "me/keys/app/remove": (KEYS, "me/keys/app/remove"),
    "me/keys/codes": (KEYS, "me/keys/codes"),
    "me/keys/codes/new": (KEYS, "me/keys/codes/new"),
    "mandates": (COORDINATOR, "mandates"),
    "operations/new": (COORDINATOR, "operations/new"),
    "system": (ADMIN, "system"),
    "units": (ADMIN, "units"),
    "people": (ADMIN, "people"),
    "people/<uuid:person>": (ADMIN, "people/{person}"),
    "tokens": (ADMIN, "tokens"),
    "statements/": (NOBODY, "statements/"),
    "statements/<int:number>": (NOBODY, "statements/{public}"),
    "notice": (NOBODY, "notice"),
    "p/<str:secret>": (NOBODY, "{link}"),
    "p/letter/<str:reference>": (GUEST, "p/letter/{sent}"),
    "p/letter/<str:reference>/receipt": (GUEST, "p/letter/{sent}/receipt"),
}
#: The same for the routes inside the operation, without its head.
INSIDE: Final[dict[str, tuple[str, str]]] = {
    "": (ANA, ""),
    "palette": (ANA, "palette?q=hold"),
    "items/<uuid:item>": (ANA, "items/{disputed}"),
    "contribute": (ANA, "contribute"),
    "imports": (ANA, "imports"),
    "imports/new": (ANA, "imports/new"),
    "imports/<uuid:import_id>": (ANA, "imports/{import}"),
    "imports/<uuid:import_id>/undo": (ANA, "imports/{import}/undo"),
    "items": (ANA, "items"),
    "items/<uuid:item>/override": (DEDA, "items/{item}/override"),
    "copies": (ANA, "copies"),
    "copies/contents": (ANA, "copies/contents"),
    "copies/contents/<str:digest>": (ANA, "copies/contents/{digest}"),
    "holds": (DEDA, "holds"),
    "holds/new": (DEDA, "holds/new"),
    "holds/<uuid:hold>/release": (DEDA, "holds/{hold}/release"),
    "rounds": (COORDINATOR, "rounds"),
    "rounds/<uuid:round_id>": (DEDA, "rounds/{round}"),
    "lists": (DEDA, "lists"),
    "shorteners": (ANA, "shorteners"),
    "queue": (ANA, "queue?platform=telegram"),
    "assess/<uuid:item>": (MILA, "assess/{disputed}"),
    "assess/<uuid:item>/alarm/<slug:kind>": (MILA, "assess/{item}/alarm/life"),
    "alarms": (ANA, "alarms"),
    "disagreements": (MILA, "disagreements"),
    "wide": (ANA, "wide"),
    "wide/new": (ANA, "wide/new?item={wide}"),
    "own-day": (ANA, "own-day"),
    "languages": (BORO, "languages"),
    "languages/<uuid:which>": (BORO, "languages/{language}"),
    "room": (COORDINATOR, "room"),
    "room/rows": (COORDINATOR, "room/rows?size={size}"),
    "statistics": (COORDINATOR, "statistics?against=40"),
    "statements": (COORDINATOR, "statements"),
    "statements/<uuid:release>": (OFFICER, "statements/{statement}"),
    "oversight": (OVERSEER, "oversight"),
    "oversight/sample": (OVERSEER, "oversight/sample?seed=s&number=3&size={size}&which=all"),
    "oversight/recommendations": (OVERSEER, "oversight/recommendations"),
    "setup": (COORDINATOR, "setup"),
    "prepare": (DEPUTY, "prepare"),
    "outbox": (DEPUTY, "outbox?view=all"),
    "outbox/send": (DEPUTY, "outbox/send?ref={waits}"),
    "referrals/<str:reference>": (DEPUTY, "referrals/{sent}"),
    "referrals/<str:reference>/withdraw": (OFFICER, "referrals/{sent}/withdraw"),
    "referrals/<str:reference>/correct": (OFFICER, "referrals/{sent}/correct"),
    "referrals/<str:reference>/answer": (OFFICER, "referrals/{sent}/answer"),
    "answers": (OFFICER, "answers"),
    "answers/file": (OFFICER, "answers/file"),
    "answers/strays": (OFFICER, "answers/strays"),
    "answers/silent": (OFFICER, "answers/silent"),
    "transfers": (DEPUTY, "transfers"),
    "providers": (COORDINATOR, "providers"),
    "providers/new": (COORDINATOR, "providers/new"),
    "providers/platform": (COORDINATOR, "providers/platform"),
    "providers/of/<str:slug>": (COORDINATOR, "providers/of/far"),
    "providers/of/<str:slug>/edit": (COORDINATOR, "providers/of/far/edit"),
    "tracking": (COORDINATOR, "tracking"),
    "tracking/items": (COORDINATOR, "tracking/items"),
    "tracking/items/<uuid:item>": (COORDINATOR, "tracking/items/{gone}"),
}
#: What is asked by GET and is no page that a person sees.
NO_PAGE: Final = {
    "alive": "for a proxy",
    "look": "a form's answer: sets light, dark or language and goes back",
    "signin/passkey": "asked by the script of signing in, answered in JSON",
    "signin/again/passkey": "needs a device: tests/pages/test_passkeys.py",
    "me/keys/<int:pk>/remove": "needs a device: tests/pages/test_passkeys.py",
    "me/keys/<int:pk>/name": "needs a device: tests/pages/test_passkeys.py",
    "signin/code": "only between password and code: tests/pages/test_passkeys.py and test_signing_in_*.py",
    "signin/with/<slug:provider_id>": "leads to an organisation, of which this instance has none",
    "signin/with/<slug:provider_id>/back": "comes from an organisation",
    "p/letter/<str:reference>/answers.csv": "a file",
    "p/letter/<str:reference>/file": "answers a file that was sent: test_provider_page.py",
    "p/letter/<str:reference>/write": "answers a form",
    "p/letter/<str:reference>/leave": "answers a form",
    _O + "proof.zip": "a file",
    _O + "imports/<uuid:import_id>/refused.csv": "a file",
    _O + "queue/news": "a part of the queue",
    _O + "room.json": "figures for the page room",
    _O + "statistics/report.<slug:form>": "a file",
    _O + "outbox/leaving": "asked again and again by the outbox, answered with nothing",
    _O + "tracking/run": "asked again and again by tracking, answered with nothing",
}


def places(made: Filled) -> dict[str, tuple[str, str]]:
    """Route → who, and the whole address in this world."""
    known = made.at | {"link": made.link.lstrip("/")}
    inside = {_O + route: (who, f"o/{made.world.slug}/{path}") for route, (who, path) in INSIDE.items()}
    return {route: (who, path.format_map(known)) for route, (who, path) in (PLACES | inside).items()}


def pages(found: dict[str, Any]) -> Iterator[str]:
    """The routes that somebody opens by GET, of all that there are (route → view)."""
    for route, view in found.items():
        policy = view.policy
        if route not in NO_PAGE and (policy.public or "GET" in policy.methods):
            yield route
