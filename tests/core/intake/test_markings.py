from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.errors import MarkingError
from openiru.core.intake.marking import Restriction, Use, decide, ensure
from openiru.core.vocabulary import Pap, Tlp

TLPS, PAPS = list(Tlp), list(Pap)


def may(use: Use, tlp: Tlp = Tlp.CLEAR, pap: Pap = Pap.CLEAR, restriction: str = "") -> bool:
    return decide(use, tlp=tlp, pap=pap, restriction=restriction).allowed


@given(st.sampled_from(Use), st.sampled_from(Tlp), st.sampled_from(Pap), st.sampled_from(Restriction))
def test_a_more_closed_marking_never_allows_more(use: Use, tlp: Tlp, pap: Pap, own: Restriction) -> None:
    if may(use, tlp, pap, own):
        assert all(may(use, opener, pap, own) for opener in TLPS[: TLPS.index(tlp)])
        assert all(may(use, tlp, opener, own) for opener in PAPS[: PAPS.index(pap)])
        assert may(use, tlp, pap)


def test_the_own_unit_may_always_read_its_own() -> None:
    assert all(may(Use.OWN_UNIT, tlp, pap, own) for tlp in Tlp for pap in Pap for own in Restriction)


@pytest.mark.parametrize(
    ("use", "tlp", "allowed"),
    [
        (Use.OPERATION, Tlp.AMBER, True),
        (Use.OPERATION, Tlp.AMBER_STRICT, False),
        (Use.OPERATION, Tlp.RED, False),
        (Use.PROVIDER_LETTER, Tlp.GREEN, True),
        (Use.PROVIDER_LETTER, Tlp.AMBER, False),
        (Use.THIRD_COUNTRY, Tlp.AMBER, False),
        (Use.PUBLIC_STATEMENT, Tlp.GREEN, False),
        (Use.PUBLIC_STATEMENT, Tlp.CLEAR, True),
    ],
)
def test_the_traffic_light(use: Use, tlp: Tlp, allowed: bool) -> None:  # noqa: FBT001 - a table
    assert may(use, tlp) is allowed


def test_pap_amber_forbids_what_the_other_side_notices() -> None:
    assert not may(Use.PROVIDER_LETTER, pap=Pap.AMBER)
    assert not may(Use.LOOK_ONLINE, pap=Pap.RED)
    assert may(Use.LOOK_ONLINE, pap=Pap.GREEN)


def test_the_contributors_restriction_holds_beside_an_open_marking() -> None:
    assert not may(Use.THIRD_COUNTRY, restriction="no_third_country")
    assert may(Use.OPERATION, restriction="NO_PROVIDER ")
    assert not may(Use.OPERATION, restriction="own_unit_only")


def test_a_restriction_in_free_words_waits_for_a_reader() -> None:
    assert may(Use.OPERATION, restriction="only after 5 May")
    assert not may(Use.PROVIDER_LETTER, restriction="only after 5 May")


def test_the_contributor_can_consent_and_a_refusal_says_why() -> None:
    assert decide(Use.OPERATION, tlp=Tlp.RED, pap=Pap.RED, consents={Use.OPERATION}).allowed
    with pytest.raises(MarkingError, match=r"TLP:AMBER\+STRICT does not go to the operation"):
        ensure(Use.OPERATION, tlp=Tlp.AMBER_STRICT, pap=Pap.CLEAR)
    ensure(Use.OPERATION, tlp=Tlp.CLEAR, pap=Pap.CLEAR)
