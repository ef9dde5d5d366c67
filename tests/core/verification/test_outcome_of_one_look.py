from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.verification.observation import Hop, Observation, Trouble
from openiru.core.verification.outcome import (
    Decision,
    Facts,
    Reason,
    control_holds,
    decide,
    judge_batch,
    leads_home,
    leads_to_login,
    same_place,
)
from openiru.core.verification.signals import Says, Sign, Signals, Why
from openiru.core.vocabulary import Outcome

URL = "https://tube.example/v/12"
HOME, ELSEWHERE, LOGIN = (
    "https://tube.example/",
    "https://tube.example/w/99",
    "https://tube.example/login?next=/v/12",
)
NOTHING = Signals("generic")


def seen(
    status: int = 200, *, final: str = URL, trouble: Trouble = Trouble.NONE, **headers: str
) -> Observation:
    hops = (Hop(URL, status),) if status else ()
    return Observation(
        URL, status, trouble, final_url=final if status else "", hops=hops, headers=headers, body="x"
    )


def sibling(status: int = 200, *, final: str = "") -> Observation:
    url = "https://tube.example/v/q7never"
    return Observation(url, status, final_url=final or url)


def showing(*signs: tuple[Says, Why]) -> Signals:
    return Signals("tube", tuple(Sign(says, why, f"tube/{says}-{why}") for says, why in signs))


def facts(look: Observation | None = None, **more: object) -> Facts:
    return replace(Facts(look or seen(), NOTHING), **more)  # type: ignore[arg-type] # fields by name, for short tests


ALIVE, GONE = (Says.ALIVE, Why.PRESENT), (Says.GONE, Why.TERMS)
AT_HOME, FAR = seen(final=HOME), 0.1  # FAR: a similarity of pages that differ
LED_LIKE = facts(AT_HOME, sibling=sibling(final=HOME))  # led home as its sibling is
LIKE = facts(sibling=sibling(), to_sibling=0.95)  # the same body as its sibling
TABLE: list[tuple[str, Facts, Outcome, Reason]] = [
    ("404", facts(seen(404)), Outcome.GONE, Reason.STATUS_GONE),
    ("410", facts(seen(410)), Outcome.GONE, Reason.STATUS_GONE),
    ("451", facts(seen(451)), Outcome.RESTRICTED, Reason.LEGAL),
    ("401", facts(seen(401)), Outcome.INCONCLUSIVE, Reason.STATUS_UNSURE),
    ("403", facts(seen(403)), Outcome.INCONCLUSIVE, Reason.STATUS_UNSURE),
    ("429", facts(seen(429)), Outcome.INCONCLUSIVE, Reason.STATUS_UNSURE),
    ("500", facts(seen(500)), Outcome.INCONCLUSIVE, Reason.STATUS_UNSURE),
    ("503", facts(seen(503)), Outcome.INCONCLUSIVE, Reason.STATUS_UNSURE),
    ("302 without a place", facts(seen(302)), Outcome.INCONCLUSIVE, Reason.STATUS_UNSURE),
    ("time-out", facts(seen(0, trouble=Trouble.TIMEOUT)), Outcome.INCONCLUSIVE, Reason.TROUBLE),
    ("404 whose body failed", facts(seen(404, trouble=Trouble.PROTOCOL)), Outcome.INCONCLUSIVE, Reason.TROUBLE),
    ("unknown name, once", facts(seen(0, trouble=Trouble.NAME_UNKNOWN)), Outcome.INCONCLUSIVE, Reason.NAME_UNKNOWN),
    ("alive marker", facts(signals=showing(ALIVE)), Outcome.LIVE, Reason.MARKER_ALIVE),
    ("gone marker on 200", facts(signals=showing(GONE)), Outcome.GONE, Reason.MARKER_GONE),
    ("gone marker on 400", facts(seen(400), signals=showing(GONE)), Outcome.GONE, Reason.MARKER_GONE),
    ("gone marker on 403", facts(seen(403), signals=showing(GONE)), Outcome.INCONCLUSIVE, Reason.STATUS_UNSURE),
    ("gone marker on 503", facts(seen(503), signals=showing(GONE)), Outcome.INCONCLUSIVE, Reason.STATUS_UNSURE),
    ("expired", facts(signals=showing((Says.GONE, Why.EXPIRED))), Outcome.INCONCLUSIVE, Reason.EXPIRED),
    ("both markers", facts(signals=showing(ALIVE, GONE)), Outcome.INCONCLUSIVE, Reason.CONFLICT),
    ("alive marker on 404", facts(seen(404), signals=showing(ALIVE)), Outcome.INCONCLUSIVE, Reason.CONFLICT),
    ("captcha on 200", facts(signals=showing((Says.UNCLEAR, Why.CAPTCHA))), Outcome.INCONCLUSIVE, Reason.HIDDEN),
    ("captcha on 404", facts(seen(404), signals=showing((Says.UNCLEAR, Why.CAPTCHA))), Outcome.INCONCLUSIVE, Reason.HIDDEN),
    ("consent", facts(signals=showing((Says.UNCLEAR, Why.CONSENT))), Outcome.INCONCLUSIVE, Reason.HIDDEN),
    ("geo-block on 200", facts(signals=showing((Says.RESTRICTED, Why.GEO))), Outcome.RESTRICTED, Reason.GEO),
    ("geo-block on 403", facts(seen(403), signals=showing((Says.RESTRICTED, Why.GEO))), Outcome.RESTRICTED, Reason.GEO),
    ("login wall", facts(signals=showing((Says.RESTRICTED, Why.LOGIN))), Outcome.RESTRICTED, Reason.LOGIN),
    ("age gate", facts(signals=showing((Says.RESTRICTED, Why.AGE))), Outcome.RESTRICTED, Reason.AGE),
    ("geo and gone", facts(signals=showing((Says.RESTRICTED, Why.GEO), GONE)), Outcome.INCONCLUSIVE, Reason.CONFLICT),
    ("led to sign in", facts(seen(final=LOGIN)), Outcome.RESTRICTED, Reason.LOGIN),
    ("led home, no sibling", facts(seen(final=HOME)), Outcome.INCONCLUSIVE, Reason.HOME),
    ("led home, alive marker there", facts(AT_HOME, signals=showing(ALIVE)), Outcome.INCONCLUSIVE, Reason.HOME),
    ("led home like the sibling, control elsewhere", replace(LED_LIKE, control_to_sibling=FAR), Outcome.GONE, Reason.SOFT_404_BY_REDIRECT),
    ("led home like the sibling, no control", LED_LIKE, Outcome.INCONCLUSIVE, Reason.SHELL_OR_SOFT_404),
    ("led home like everything", replace(LED_LIKE, control_to_sibling=1.0), Outcome.INCONCLUSIVE, Reason.SHELL_OR_SOFT_404),
    ("led home, sibling honest", facts(seen(final=HOME), sibling=sibling(404)), Outcome.INCONCLUSIVE, Reason.HOME),
    ("led elsewhere, alive marker", facts(seen(final=ELSEWHERE), signals=showing(ALIVE)), Outcome.MOVED, Reason.REDIRECTED),
    ("led elsewhere, same key", facts(seen(final=ELSEWHERE), signals=showing(ALIVE), same_key=True), Outcome.LIVE, Reason.MARKER_ALIVE),
    ("led elsewhere, like capture", facts(seen(final=ELSEWHERE), to_capture=0.8), Outcome.MOVED, Reason.REDIRECTED),
    ("led elsewhere, sibling honest", facts(seen(final=ELSEWHERE), sibling=sibling(404)), Outcome.MOVED, Reason.REDIRECTED),
    ("led elsewhere, nothing known", facts(seen(final=ELSEWHERE)), Outcome.INCONCLUSIVE, Reason.UNTOLD),
    ("led elsewhere to a 404", facts(seen(404, final=ELSEWHERE)), Outcome.GONE, Reason.STATUS_GONE),
    ("200, nothing known", facts(), Outcome.INCONCLUSIVE, Reason.UNTOLD),
    ("200, sibling honest", facts(sibling=sibling(404)), Outcome.LIVE, Reason.SIBLING_404),
    ("200, sibling honest, unlike capture", facts(sibling=sibling(404), to_capture=0.1), Outcome.INCONCLUSIVE, Reason.DRIFT),
    ("200, sibling unsure", facts(sibling=sibling(503), to_sibling=1.0, to_capture=0.0), Outcome.INCONCLUSIVE, Reason.UNTOLD),
    ("soft 404 by capture", replace(LIKE, to_capture=FAR), Outcome.GONE, Reason.SOFT_404_BY_CAPTURE),
    ("soft 404 by control", replace(LIKE, control_to_sibling=FAR), Outcome.GONE, Reason.SOFT_404_BY_CONTROL),
    ("a shell for everything", replace(LIKE, control_to_sibling=1.0), Outcome.INCONCLUSIVE, Reason.SHELL_OR_SOFT_404),
    ("a shell, nothing to compare", LIKE, Outcome.INCONCLUSIVE, Reason.SHELL_OR_SOFT_404),
    ("like both", replace(LIKE, to_capture=0.9, control_to_sibling=FAR), Outcome.INCONCLUSIVE, Reason.SHELL_OR_SOFT_404),
    ("unlike sibling, like capture", facts(sibling=sibling(), to_sibling=0.1, to_capture=0.9), Outcome.LIVE, Reason.LIKE_CAPTURE),
    ("unlike both", facts(sibling=sibling(), to_sibling=0.1, to_capture=0.1), Outcome.INCONCLUSIVE, Reason.DRIFT),
    ("unlike sibling, no capture", facts(sibling=sibling(), to_sibling=0.1), Outcome.INCONCLUSIVE, Reason.UNTOLD),
]  # fmt: skip


@pytest.mark.parametrize(("name", "known", "outcome", "reason"), TABLE, ids=[row[0] for row in TABLE])
def test_every_kind_of_answer_has_its_outcome_and_reason(
    name: str, known: Facts, outcome: Outcome, reason: Reason
) -> None:
    decision = decide(known)
    assert (decision.outcome, decision.reason) == (outcome, reason), name


def test_451_says_who_blocks() -> None:
    look = seen(
        451, link='<https://law.example/9>; rel="about", <https://blocker.example/>; rel="blocked-by"'
    )
    assert decide(facts(look)).detail == "blocked by https://blocker.example/"


def test_a_sibling_is_asked_for_only_when_it_could_settle_something() -> None:
    assert decide(facts()).wants_sibling
    assert decide(facts(seen(final=HOME))).wants_sibling
    assert not any(decide(facts(seen(status))).wants_sibling for status in (401, 404, 451, 500))
    assert not decide(facts(signals=showing(ALIVE))).wants_sibling
    assert not decide(facts(sibling=sibling())).wants_sibling


@pytest.mark.parametrize(
    ("url", "home"),
    [
        (HOME, True),
        ("https://a.example", True),
        ("https://a.example/index.html", True),
        ("https://a.example/?p=1", False),
        (URL, False),
    ],
)
def test_front_pages_are_known(url: str, home: bool) -> None:  # noqa: FBT001 - a column of a table
    assert leads_home(url) is home


@pytest.mark.parametrize(
    ("url", "login"),
    [
        (LOGIN, True),
        ("https://a.example/accounts/login/", True),
        ("https://a.example/signin.php", True),
        ("https://a.example/logins-explained", False),
        ("https://a.example/v?x=/login", False),
    ],
)
def test_pages_to_sign_in_are_known(url: str, login: bool) -> None:  # noqa: FBT001 - a column of a table
    assert leads_to_login(url) is login


def test_scheme_www_and_final_slash_do_not_make_another_place() -> None:
    assert same_place("http://www.A.example/x/", "https://a.example/x")
    assert not same_place("https://a.example/x?a=1", "https://a.example/x?a=2")
    assert not same_place("https://a.example/x", "https://a.example/X")


LIVE_READ, DEAD_READ = Decision(Outcome.LIVE, Reason.MARKER_ALIVE), Decision(Outcome.GONE, Reason.STATUS_GONE)


@given(st.sampled_from(Outcome), st.sampled_from(Outcome))
def test_a_misread_control_makes_the_whole_batch_inconclusive(alive: Outcome, dead: Outcome) -> None:
    pair = (Decision(alive, Reason.UNTOLD), Decision(dead, Reason.UNTOLD))
    batch = [LIVE_READ, DEAD_READ, DEAD_READ]
    judged = judge_batch(batch, alive=pair[0], dead=pair[1])
    if (alive, dead) == (Outcome.LIVE, Outcome.GONE):
        assert judged == batch
        assert control_holds(*pair)
    else:
        assert {one.outcome for one in judged} == {Outcome.INCONCLUSIVE}
        assert {one.reason for one in judged} == {Reason.CONTROL_MISREAD}
    assert len(judged) == len(batch)


signs = st.lists(st.builds(Sign, st.sampled_from(Says), st.sampled_from(Why), st.just("m")), max_size=4)
observations = st.builds(
    Observation,
    st.just(URL),
    st.sampled_from([0, 200, 204, 301, 400, 401, 403, 404, 410, 418, 429, 451, 500, 503, 999]),
    st.sampled_from(Trouble),
    final_url=st.sampled_from(["", URL, HOME, ELSEWHERE, LOGIN]),
)
shares = st.none() | st.floats(0, 1)
anything = st.builds(
    Facts,
    observations,
    st.builds(Signals, st.just("tube"), signs.map(tuple)),
    st.none() | observations,
    to_sibling=shares,
    to_capture=shares,
    control_to_sibling=shares,
    same_key=st.none() | st.booleans(),
)


@given(anything)
def test_every_fact_has_a_decision_and_always_the_same(known: Facts) -> None:
    assert decide(known) == decide(known)


@given(anything)
def test_only_positive_evidence_is_ever_gone(known: Facts) -> None:
    """404 or 410, a marker that says gone, or a soft 404 proved against capture or control. Nothing else."""
    if decide(known).outcome is not Outcome.GONE:
        return
    look = known.look
    assert look.trouble is Trouble.NONE
    assert look.status not in {0, 401, 403, 429, 451}
    assert look.status < 500
    assert not known.signals.first(Says.UNCLEAR)
    assert not known.signals.first(Says.RESTRICTED)
    proved = known.sibling is not None and (
        (known.control_to_sibling is not None and known.control_to_sibling < 0.5)
        or (known.to_capture is not None and known.to_capture < 0.5)
    )
    assert look.status in {404, 410} or known.signals.first(Says.GONE) or proved


@given(anything)
def test_a_look_with_trouble_is_always_inconclusive(known: Facts) -> None:
    if known.look.trouble is not Trouble.NONE or not known.look.status:
        assert decide(known).outcome is Outcome.INCONCLUSIVE
