"""Which instrument a unit may use, how large a batch is, and when it may go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from openiru.core.errors import RefusedError, SettingError, UsageError
from openiru.core.vocabulary import Instrument, LegalProfile
from openiru.core.zones import zone_named

T = TypeVar("T")

#: Legal profile → instruments. Removal orders (Art. 3) are for competent authorities of Member States alone.
INSTRUMENTS: Final[dict[LegalProfile, frozenset[Instrument]]] = {
    LegalProfile.EU_COMPETENT_AUTHORITY: frozenset(Instrument),
    LegalProfile.MEMBER_STATE_UNIT: frozenset({Instrument.REFERRAL, Instrument.NOTICE}),
    LegalProfile.THIRD_COUNTRY_UNIT: frozenset({Instrument.REFERRAL, Instrument.NOTICE}),
    LegalProfile.AGENCY: frozenset({Instrument.REFERRAL}),
}

#: Days looked ahead for an opening hour before the hours are called empty.
_HORIZON: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a provider reads its mail. ``days`` are ISO weekdays (1 = Monday); hours are local, half-open.

    ``opens`` after ``closes`` is refused: a desk that works through the night is two entries of the directory
    or ``always``. ``closed`` are local dates without service.
    """

    zone: str
    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    opens: time = time(9)
    closes: time = time(17)
    closed: frozenset[date] = frozenset()
    always: bool = False


def ensure_instrument(profile: LegalProfile, instrument: Instrument) -> None:
    """Raise :class:`RefusedError` when a unit of ``profile`` may not use ``instrument``."""
    if instrument not in INSTRUMENTS[profile]:
        allowed = ", ".join(sorted(INSTRUMENTS[profile]))
        raise RefusedError(
            f"a unit that is {profile.replace('_', ' ')} cannot use a {instrument.replace('_', ' ')}",
            hint=f"It may use: {allowed}.",
        )


def batches(lines: Sequence[T], *, limit: int) -> list[Sequence[T]]:
    """``lines`` in order, cut into batches of at most ``limit``."""
    if limit < 1:
        raise UsageError("the limit of a batch is at least 1")
    return [lines[at : at + limit] for at in range(0, len(lines), limit)]


def send_window(hours: Hours, *, urgent: bool, now: datetime) -> datetime:
    """The earliest moment, in UTC, at which a batch may go: ``now`` when it is open or the matter is urgent.

    Urgent skips the waiting, never a person: this function knows nothing of verdicts. Hours are the
    provider's own wall clock, so that a change to summer time moves the moment and not the hour.
    """
    if now.tzinfo is None:
        raise UsageError("a time without a zone cannot be compared")
    now = now.astimezone(UTC)
    if urgent or hours.always:
        return now
    zone = zone_named(hours.zone)
    if not hours.opens < hours.closes:
        raise SettingError("a provider's hours open before they close", where="hours")
    today = now.astimezone(zone).date()
    for ahead in range(_HORIZON):
        day = today + timedelta(days=ahead)
        if business_day(day, hours):
            start, end = (_at(day, wall, zone) for wall in (hours.opens, hours.closes))
            if now < end:
                return max(now, start)
    raise SettingError("the provider's hours hold no open day", where="hours")


def business_day(day: date, hours: Hours) -> bool:
    """Whether the provider works on the local date ``day``."""
    return hours.always or (day.isoweekday() in hours.days and day not in hours.closed)


def after_business_days(start: datetime, days: int, hours: Hours) -> datetime:
    """The same local hour ``days`` business days after ``start``, in UTC; closed days do not count."""
    if days < 0:
        raise UsageError("business days are counted forwards")
    zone = zone_named(hours.zone)
    local = start.astimezone(zone)
    day, left = local.date(), days
    for _ in range(_HORIZON + 7 * days):
        if not left:
            return _at(day, local.time(), zone)
        day += timedelta(days=1)
        left -= business_day(day, hours)
    raise SettingError("the provider's hours hold no open day", where="hours")


def one_provider(providers: Iterable[str]) -> str:
    """The provider of a batch; :class:`UsageError` when the lines belong to several or to none."""
    distinct = sorted(set(providers))
    if len(distinct) != 1:
        raise UsageError("a batch goes to one provider", where=", ".join(distinct)[:200])
    return distinct[0]


def _at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)
