"""From the facts of one look to an outcome and its reason. Only positive evidence makes "gone".

Source: docs/explanation of verification, after Bar-Yossef et al., WWW 2004 (soft 404 by a random sibling) and
RFC 7725 (451). The order of the rules is the order of the functions in ``_RULES``; the first that speaks
decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from openiru.core.verification.observation import Observation, Trouble
from openiru.core.verification.signals import Says, Sign, Signals, Why
from openiru.core.vocabulary import Outcome

SAME = 0.9  # similarity from which two bodies are the same page (5-word shingles, Jaccard)
OTHER = 0.5  # similarity below which they are different pages
_LOGIN = re.compile(
    r"/(log-?in|sign-?in|accounts/login|auth|session/new|users/sign_in|checkpoint)(/|\.\w+$|$)", re.IGNORECASE
)
_HOME = re.compile(r"/?((index|default|home)(\.\w{2,5})?)?/?", re.IGNORECASE)
_BLOCKED_BY = re.compile(r"<([^<>]{1,500})>\s*;[^,]{0,200}rel=\"?blocked-by\"?", re.IGNORECASE)
_OK = 200
_UNSURE = frozenset({401, 403, 407, 408, 423, 425, 429})
_NO_REMOVAL = frozenset({Why.EXPIRED})


class Reason(StrEnum):
    """Why an outcome is what it is. Values stand in tables and exports: add, never change."""

    STATUS_GONE = "status_gone"  # 404 or 410
    MARKER_GONE = "marker_gone"
    SOFT_404_BY_CAPTURE = "soft_404_by_capture"  # like a sibling that never was, unlike what was stored
    SOFT_404_BY_CONTROL = "soft_404_by_control"  # like a sibling that never was, unlike a page that is there
    SOFT_404_BY_REDIRECT = "soft_404_by_redirect"  # led to the same place as a sibling that never was
    NAME_GONE = "name_gone"  # several resolvers say NXDOMAIN for 24 h
    MARKER_ALIVE = "marker_alive"
    LIKE_CAPTURE = "like_capture"
    SIBLING_404 = "sibling_404"  # the host answers 404 to what never was, and 200 here
    LEGAL = "legal"
    GEO = "geo"
    AGE = "age"
    LOGIN = "login"
    PRIVATE = "private"
    REDIRECTED = "redirected"  # another place that has content
    EXPIRED = "expired"  # it ran out by itself
    NAME_UNKNOWN = "name_unknown"  # NXDOMAIN, not long enough
    TROUBLE = "trouble"
    STATUS_UNSURE = "status_unsure"  # 401, 403, 429, 5xx ...
    HIDDEN = "hidden"  # captcha, consent, script shell
    CONFLICT = "conflict"  # markers of both kinds
    HOME = "home"  # led to the front page, and only this address was
    SHELL_OR_SOFT_404 = "shell_or_soft_404"  # the same page for everything, nothing to tell them apart
    DRIFT = "drift"  # neither like a sibling nor like what was stored
    UNTOLD = "untold"  # nothing speaks for or against
    CONTROL_MISREAD = "control_misread"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when one look is judged. Similarities are 0..1, None = not measured.

    ``sibling`` is the look at a random address beside it that never was. ``to_sibling`` compares the two
    bodies, ``to_capture`` this body with the one stored when the content was seen, ``control_to_sibling``
    the platform's known-alive page with the sibling (a page that is the same for everything proves
    nothing). ``same_key``: the final address has the same key as the one that was looked at; None = judged
    by its spelling.
    """

    look: Observation
    signals: Signals
    sibling: Observation | None = None
    to_sibling: float | None = None
    to_capture: float | None = None
    control_to_sibling: float | None = None
    same_key: bool | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome with its reason. ``detail``: for people. ``wants_sibling``: such a look could settle it."""

    outcome: Outcome
    reason: Reason
    detail: str = ""
    wants_sibling: bool = False


def _unsure(reason: Reason, detail: str = "", *, wants_sibling: bool = False) -> Decision:
    return Decision(Outcome.INCONCLUSIVE, reason, detail, wants_sibling)


def blocked_by(look: Observation) -> str:
    """Who blocks, not who ordered it (RFC 7725 §4, Link rel=blocked-by). Empty if unsaid."""
    found = _BLOCKED_BY.search(look.headers.get("link", ""))
    return found[1] if found else ""


def leads_home(url: str) -> bool:
    """Whether an address is the front page of its site."""
    parts = urlsplit(url)
    return bool(_HOME.fullmatch(parts.path)) and not parts.query


def leads_to_login(url: str) -> bool:
    """Whether an address is a page to sign in."""
    return bool(_LOGIN.search(urlsplit(url).path))


def same_place(one: str, other: str) -> bool:
    """The same address but for scheme, ``www.``, letter case of the host, and a final slash."""

    def key(url: str) -> tuple[str, str, str]:
        parts = urlsplit(url)
        return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"), parts.query

    return key(one) == key(other)


def _redirected(facts: Facts) -> bool:
    look = facts.look
    if not look.final_url or facts.same_key is True:
        return False
    return facts.same_key is False or not same_place(look.url, look.final_url)


def _trouble(facts: Facts) -> Decision | None:
    look = facts.look
    if look.trouble is Trouble.NAME_UNKNOWN:
        return _unsure(Reason.NAME_UNKNOWN, look.detail)
    if look.trouble is not Trouble.NONE or look.status == 0:
        return _unsure(Reason.TROUBLE, look.detail or look.trouble.value)
    return None


def _legal(facts: Facts) -> Decision | None:
    if facts.look.status != 451:  # noqa: PLR2004 - RFC 7725
        return None
    who = blocked_by(facts.look)
    return Decision(Outcome.RESTRICTED, Reason.LEGAL, f"blocked by {who}" if who else "451")


def _restricted_marker(facts: Facts) -> Decision | None:
    """A restriction that the page itself states. It may stand on a 403 page too."""
    sign = facts.signals.first(Says.RESTRICTED)
    if sign is None:
        return None
    if facts.signals.first(Says.ALIVE) or facts.signals.first(Says.GONE):
        return _unsure(Reason.CONFLICT, _ids(facts.signals.signs))
    reason = {Why.LEGAL: Reason.LEGAL, Why.GEO: Reason.GEO, Why.AGE: Reason.AGE, Why.PRIVATE: Reason.PRIVATE}
    return Decision(Outcome.RESTRICTED, reason.get(sign.why, Reason.LOGIN), sign.marker)


def _unsure_status(facts: Facts) -> Decision | None:
    status = facts.look.status
    if status in _UNSURE or status >= 500:  # noqa: PLR2004 - server errors
        return _unsure(Reason.STATUS_UNSURE, str(status))
    return None


def _hidden(facts: Facts) -> Decision | None:
    sign = facts.signals.first(Says.UNCLEAR)
    return _unsure(Reason.HIDDEN, sign.marker) if sign else None


def _conflict(facts: Facts) -> Decision | None:
    alive, gone = facts.signals.first(Says.ALIVE), facts.signals.first(Says.GONE)
    if alive and (gone or facts.look.status in {404, 410}):
        return _unsure(Reason.CONFLICT, _ids(facts.signals.signs))
    return None


def _status_gone(facts: Facts) -> Decision | None:
    if facts.look.status in {404, 410}:
        return Decision(Outcome.GONE, Reason.STATUS_GONE, str(facts.look.status))
    return None


def _gone_marker(facts: Facts) -> Decision | None:
    sign = facts.signals.first(Says.GONE)
    if sign is None:
        return None
    if sign.why in _NO_REMOVAL:
        return _unsure(Reason.EXPIRED, sign.marker)
    return Decision(Outcome.GONE, Reason.MARKER_GONE, sign.marker)


def _other_status(facts: Facts) -> Decision | None:
    """Anything but 2xx has said all it can by now."""
    status = facts.look.status
    return None if 200 <= status < 300 else _unsure(Reason.STATUS_UNSURE, str(status))  # noqa: PLR2004 - success


def _login(facts: Facts) -> Decision | None:
    if _redirected(facts) and leads_to_login(facts.look.final_url):
        return Decision(Outcome.RESTRICTED, Reason.LOGIN, facts.look.final_url)
    return None


def _alive_marker(facts: Facts) -> Decision | None:
    sign = facts.signals.first(Says.ALIVE)
    if sign is None:
        return None
    if _redirected(facts):
        if leads_home(facts.look.final_url):
            return None  # the front page is alive, the content is another matter
        return Decision(Outcome.MOVED, Reason.REDIRECTED, facts.look.final_url)
    return Decision(Outcome.LIVE, Reason.MARKER_ALIVE, sign.marker)


def _by_redirect(facts: Facts) -> Decision | None:
    """Led elsewhere: the sibling tells whether everything unknown is led there."""
    look, sibling = facts.look, facts.sibling
    if not _redirected(facts):
        return None
    home = leads_home(look.final_url) and not leads_home(look.url)
    if not home and _at_least(facts.to_capture, OTHER):
        return Decision(Outcome.MOVED, Reason.REDIRECTED, look.final_url)
    if sibling is not None and _ends_alike(look, sibling):
        return _led_like_nothing(facts)
    if not home and sibling is not None and _honest(sibling):
        return Decision(Outcome.MOVED, Reason.REDIRECTED, look.final_url)
    reason = Reason.HOME if home else Reason.UNTOLD
    return _unsure(reason, look.final_url, wants_sibling=sibling is None)


def _ends_alike(look: Observation, sibling: Observation) -> bool:
    answered = sibling.trouble is Trouble.NONE and bool(sibling.final_url)
    return answered and same_place(look.final_url, sibling.final_url)


def _led_like_nothing(facts: Facts) -> Decision:
    """Led to the same place as an address that never was: gone, if what is there is not led there too."""
    if _at_least(facts.to_capture, OTHER) or not _below(facts.control_to_sibling, OTHER):
        return _unsure(Reason.SHELL_OR_SOFT_404, facts.look.final_url)
    return Decision(Outcome.GONE, Reason.SOFT_404_BY_REDIRECT, facts.look.final_url)


def _by_sibling(facts: Facts) -> Decision:
    """200 without a marker: compare with a sibling that never was, and with what was stored."""
    sibling = facts.sibling
    if sibling is None:
        return _unsure(Reason.UNTOLD, wants_sibling=True)
    if _honest(sibling):
        return _beside_honest(facts)
    if facts.to_sibling is None or sibling.trouble is not Trouble.NONE or sibling.status != _OK:
        return _unsure(Reason.UNTOLD, "the sibling could not be compared")
    if facts.to_sibling >= SAME:
        return _like_nothing(facts)
    if _at_least(facts.to_capture, OTHER):
        return Decision(Outcome.LIVE, Reason.LIKE_CAPTURE, f"{facts.to_capture:.2f}")
    return _unsure(Reason.UNTOLD if facts.to_capture is None else Reason.DRIFT)


def _beside_honest(facts: Facts) -> Decision:
    """The host answers 404 to what never was, and 200 here."""
    if _below(facts.to_capture, OTHER):
        return _unsure(Reason.DRIFT, f"{facts.to_capture:.2f} like the capture")
    return Decision(Outcome.LIVE, Reason.SIBLING_404)


def _like_nothing(facts: Facts) -> Decision:
    """The same body as for an address that never was: gone, if the content would have looked otherwise."""
    detail = f"{facts.to_sibling:.2f} like the sibling"
    if _below(facts.to_capture, OTHER):
        return Decision(Outcome.GONE, Reason.SOFT_404_BY_CAPTURE, detail)
    if facts.to_capture is None and _below(facts.control_to_sibling, OTHER):
        return Decision(Outcome.GONE, Reason.SOFT_404_BY_CONTROL, detail)
    return _unsure(Reason.SHELL_OR_SOFT_404, detail)


def _honest(sibling: Observation) -> bool:
    return sibling.trouble is Trouble.NONE and sibling.status in {404, 410}


def _at_least(value: float | None, limit: float) -> bool:
    return value is not None and value >= limit


def _below(value: float | None, limit: float) -> bool:
    return value is not None and value < limit


def _ids(signs: Iterable[Sign]) -> str:
    return ", ".join(sign.marker for sign in signs)


_RULES: tuple[Callable[[Facts], Decision | None], ...] = (
    _trouble,
    _legal,
    _restricted_marker,
    _unsure_status,
    _hidden,
    _conflict,
    _status_gone,
    _gone_marker,
    _other_status,
    _login,
    _alive_marker,
    _by_redirect,
    _by_sibling,
)


def decide(facts: Facts) -> Decision:
    """The outcome of one look. Pure: the same facts give the same decision."""
    return next(decision for rule in _RULES if (decision := rule(facts)) is not None)


def control_holds(alive: Decision, dead: Decision) -> bool:
    """Whether a platform is still read rightly: its known-alive address is live, its known-dead one gone."""
    return alive.outcome is Outcome.LIVE and dead.outcome is Outcome.GONE


def judge_batch(decisions: Iterable[Decision], *, alive: Decision, dead: Decision) -> list[Decision]:
    """The decisions of one platform's batch, all inconclusive when its control pair was misread."""
    if control_holds(alive, dead):
        return list(decisions)
    detail = f"the known-alive address read as {alive.outcome}, the known-dead one as {dead.outcome}"
    return [_unsure(Reason.CONTROL_MISREAD, detail) for _ in decisions]
