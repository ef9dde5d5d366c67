from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.errors import RefusedError, SettingError, UsageError
from openiru.core.referral.rules import (
    INSTRUMENTS,
    Hours,
    after_business_days,
    batches,
    business_day,
    ensure_instrument,
    one_provider,
    send_window,
)
from openiru.core.vocabulary import Instrument, LegalProfile

PACIFIC = Hours(zone="America/Los_Angeles")
moments = st.integers(0, 5 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def test_midnight_at_the_provider_waits_for_its_morning() -> None:
    night = datetime(2030, 5, 1, 8, tzinfo=UTC)  # 01:00 on a Wednesday in California
    assert send_window(PACIFIC, urgent=False, now=night) == datetime(2030, 5, 1, 16, tzinfo=UTC)
    assert send_window(PACIFIC, urgent=True, now=night) == night


def test_a_friday_evening_waits_for_monday_and_a_closed_monday_for_tuesday() -> None:
    friday = datetime(2030, 5, 4, 0, 30, tzinfo=UTC)  # 17:30 on Friday
    assert send_window(PACIFIC, urgent=False, now=friday) == datetime(2030, 5, 6, 16, tzinfo=UTC)
    closed = Hours(zone="America/Los_Angeles", closed=frozenset({date(2030, 5, 6)}))
    assert send_window(closed, urgent=False, now=friday) == datetime(2030, 5, 7, 16, tzinfo=UTC)


def test_summer_time_moves_the_moment_not_the_hour() -> None:
    sarajevo = Hours(zone="Europe/Sarajevo", days=frozenset(range(1, 8)))
    before = send_window(sarajevo, urgent=False, now=datetime(2030, 3, 30, 0, tzinfo=UTC))
    after = send_window(sarajevo, urgent=False, now=datetime(2030, 3, 31, 0, tzinfo=UTC))
    assert (before.hour, after.hour) == (8, 7)


@given(moments, st.sampled_from(["Europe/Sarajevo", "America/Los_Angeles", "Asia/Dubai", "UTC"]))
def test_the_window_is_never_in_the_past_always_open_and_stable(now: datetime, zone: str) -> None:
    hours = Hours(zone=zone)
    at = send_window(hours, urgent=False, now=now)
    assert now <= at <= now + timedelta(days=4)
    assert send_window(hours, urgent=False, now=at) == at
    assert send_window(hours, urgent=True, now=now) == now


def test_settings_that_cannot_be_are_named() -> None:
    now = datetime(2030, 5, 1, tzinfo=UTC)
    for hours in (
        Hours(zone="UTC", days=frozenset()),
        Hours(zone="UTC", opens=time(9), closes=time(9)),
    ):
        with pytest.raises(SettingError):
            send_window(hours, urgent=False, now=now)
    with pytest.raises(UsageError, match="Nowhere/Example"):
        send_window(Hours(zone="Nowhere/Example"), urgent=False, now=now)
    with pytest.raises(UsageError):
        send_window(PACIFIC, urgent=True, now=datetime(2030, 5, 1))  # noqa: DTZ001 - the fault under test


def test_business_days_leave_weekends_out() -> None:
    friday = datetime(2030, 5, 3, 10, tzinfo=UTC)
    hours = Hours(zone="UTC")
    assert after_business_days(friday, 1, hours) == datetime(2030, 5, 6, 10, tzinfo=UTC)
    assert after_business_days(friday, 0, hours) == friday
    assert not business_day(date(2030, 5, 4), hours)
    assert business_day(date(2030, 5, 4), Hours(zone="UTC", always=True))
    with pytest.raises(UsageError):
        after_business_days(friday, -1, hours)
    with pytest.raises(SettingError):
        after_business_days(friday, 1, Hours(zone="UTC", days=frozenset()))


@pytest.mark.parametrize("profile", LegalProfile)
@pytest.mark.parametrize("instrument", Instrument)
def test_only_competent_authorities_order_removal(profile: LegalProfile, instrument: Instrument) -> None:
    if instrument in INSTRUMENTS[profile]:
        ensure_instrument(profile, instrument)
        assert instrument is not Instrument.REMOVAL_ORDER or profile is LegalProfile.EU_COMPETENT_AUTHORITY
    else:
        with pytest.raises(RefusedError):
            ensure_instrument(profile, instrument)


@given(st.lists(st.integers(), max_size=50), st.integers(1, 10))
def test_batches_keep_every_line_in_order(lines: list[int], limit: int) -> None:
    cut = batches(lines, limit=limit)
    assert [line for batch in cut for line in batch] == lines
    assert all(0 < len(batch) <= limit for batch in cut)


def test_a_batch_has_one_provider_and_a_limit() -> None:
    assert one_provider(["P1", "P1"]) == "P1"
    for providers in ([], ["P1", "P2"]):
        with pytest.raises(UsageError):
            one_provider(providers)
    with pytest.raises(UsageError):
        batches([1], limit=0)
