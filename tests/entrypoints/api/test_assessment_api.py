"""Assessment through the programming interface: nobody alone, nobody twice, and nobody learns who has spoken before."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.entrypoints.api.asking import Asker
from tests.people import World, action_day, another_operation
from tests.stages.assessment.helpers import KEY, REFER, day, say
from tests.stages.intake.helpers import bring, ident

from openiru.core.assessment.plain import draft_to_plain
from openiru.core.vocabulary import Verdict

pytestmark = pytest.mark.usefixtures("database")

DAY = "/operations/day"
FACTS = draft_to_plain(REFER)
NO = FACTS | {"verdict": "do_not_refer", "claims": []}


def draft(asker: Asker, item: str, **more: Any) -> dict[str, Any]:
    """What somebody says of an item on what is shown to them now."""
    shown = asker.get(f"{DAY}/items/{item}/basis")
    assert shown.status_code == 200, shown.content
    return {"item": item, "basis": shown.json()["basis"], "assessment": FACTS | more}


def given(asker: Asker, *drafts: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    answer = asker.post(f"{DAY}/assessments", list(drafts), **more)
    assert answer.status_code == 207, answer.content
    return list(answer.json())


def queue(asker: Asker, part: str = "queue") -> list[str]:
    return [row["key"] for row in asker.get(f"{DAY}/assessments/{part}").json()["rows"]]


def test_two_people_decide_and_see_each_other_only_afterwards() -> None:
    world = action_day()
    item = str(day(world))
    ana, ivo = Asker(world, "RS/ana"), Asker(world, "HR/ivo")
    (first,) = given(ana, draft(ana, item))
    assert (first["status"], first["assessment"]["outcome"]) == (201, "waiting")
    verdicts = f"{DAY}/items/{item}/verdicts"
    assert [one["own"] for one in ana.get(verdicts).json()] == [True]
    assert ivo.get(verdicts).json() == []
    (second,) = given(ivo, draft(ivo, item))
    assert (second["assessment"]["outcome"], second["assessment"]["state"]) == ("decided", "decided")
    both = ivo.get(verdicts).json()
    assert [one["unit"] for one in both if not one["own"]] == ["RS"]
    assert {one["verdict"] for one in both} == {"refer"}


def test_what_is_shown_is_the_same_whether_or_not_somebody_has_spoken() -> None:
    world = action_day()
    item = day(world)
    mila = Asker(world, "MK/mila")
    paths = (f"{DAY}/assessments/queue", f"{DAY}/items/{item}/basis", f"{DAY}/items/{item}/verdicts")

    def seen() -> list[tuple[bytes, str]]:
        answers = [mila.get(path) for path in paths]
        assert all(answer.status_code == 200 for answer in answers)
        return [(answer.content, answer.get("ETag", "")) for answer in answers]

    before = seen()
    assert b"state" not in before[0][0]
    say(world.by("RS/ana"), item, Verdict.REFER)
    assert seen() == before
    refused = [
        given(mila, {"item": str(item), "basis": basis, "assessment": FACTS | {"reasons": ""}})[0]
        for basis in ("sha256:00", mila.get(paths[1]).json()["basis"])
    ]
    assert [row["status"] for row in refused] == [412, 422]
    say(world.by("RS/boro"), item, Verdict.DO_NOT_REFER)
    assert seen() == before


def test_a_basis_says_what_must_be_answered_and_its_etag_is_its_digest() -> None:
    world = action_day()
    item = str(day(world))
    answer = Asker(world, "RS/ana").get(f"{DAY}/items/{item}/basis")
    shown = answer.json()
    assert answer["ETag"] == f'"{shown["basis"]}"'
    assert (shown["key"], shown["mandate"]) == (KEY, "Regulation (EU) 2021/784, Art. 2(7)")
    assert shown["defanged"].startswith("hxxps")
    assert [one["ground"] for one in shown["grounds"] if one["danger"]] == ["2(7)(a)"]
    assert len(shown["grounds"]) == 5
    assert set(shown["exceptions"]) == {one["exception"] for one in FACTS["exceptions"]}
    (waiting,) = [
        row
        for row in Asker(world, "RS/ana").get(f"{DAY}/assessments/queue").json()["rows"]
        if row["key"] == KEY
    ]
    assert waiting == {name: shown[name] for name in waiting}


def test_each_row_is_answered_by_itself() -> None:
    world = action_day()
    item = str(day(world))
    ana = Asker(world, "RS/ana")
    noise = str(ident(world.by("RS/ana"), "web:pages.test/noise"))
    other = str(ident(world.by("RS/ana"), "telegram:post:openiru_demo_noise/7"))
    rows = given(
        ana,
        draft(ana, item),
        draft(ana, noise) | {"basis": "sha256:" + "0" * 64},
        {"item": str(uuid4()), "basis": "sha256:00", "assessment": FACTS},
        draft(ana, other, claims=[], reasons=" "),
        draft(ana, item),
    )
    assert [(row["index"], row["status"]) for row in rows] == [
        (0, 201),
        (1, 412),
        (2, 404),
        (3, 422),
        (4, 400),
    ]
    assert rows[1]["problem"]["status"] == 412
    assert {one["pointer"] for one in rows[3]["problem"]["errors"]} >= {"/3/claims", "/3/reasons"}
    assert rows[4]["assessment"] is None
    assert KEY not in queue(ana)
    (twice,) = given(ana, draft(ana, item))
    assert (twice["status"], twice["problem"]["code"]) == (403, "OIRU-2200")


def test_a_repeated_request_speaks_once_and_only_for_whoever_sent_it() -> None:
    world = action_day()
    item = str(day(world))
    ana, boro, key = Asker(world, "RS/ana"), Asker(world, "RS/boro"), str(uuid4())
    body = draft(ana, item)
    first = given(ana, body, key=key)
    assert given(ana, body, key=key) == first
    assert ana.post(f"{DAY}/assessments", [body | {"assessment": NO}], key=key).status_code == 409
    assert boro.post(f"{DAY}/assessments", [body], key=key).status_code == 409
    assert boro.get(f"{DAY}/items/{item}/verdicts").json() == []


def test_a_disagreement_waits_for_a_third_person() -> None:
    world = action_day()
    item = str(day(world))
    ana, ivo, mila = Asker(world, "RS/ana"), Asker(world, "HR/ivo"), Asker(world, "MK/mila")
    given(ana, draft(ana, item))
    assert queue(mila, "disagreements") == []
    (second,) = given(ivo, draft(ivo, item) | {"assessment": NO})
    assert second["assessment"]["outcome"] == "disagreement"
    assert queue(mila, "disagreements") == [KEY]
    assert queue(ana, "disagreements") == queue(ivo, "disagreements") == []
    assert mila.get(f"{DAY}/items/{item}/verdicts").json() == []
    (third,) = given(mila, draft(mila, item))
    assert third["assessment"]["outcome"] == "decided"


@pytest.mark.parametrize("name", ["AG/coordinator", "AG/deputy", "AG/overseer", "AG/officer", "RS/deda"])
def test_whoever_leads_serves_or_watches_assesses_nothing(name: str) -> None:
    world = action_day()
    item = str(day(world))
    ana, one = Asker(world, "RS/ana"), Asker(world, name)
    body = draft(ana, item)
    for path in ("assessments/queue", "assessments/disagreements", f"items/{item}/basis"):
        assert one.get(f"{DAY}/{path}").status_code == 403
    assert one.post(f"{DAY}/assessments", [body]).status_code == 403
    assert one.post(f"{DAY}/wide-proposals", [wide(item)]).status_code == 403
    assert KEY in queue(ana)


def test_the_queue_is_read_page_by_page_to_the_end() -> None:
    world = action_day()
    bring(world.by("RS/ana"), *(f"https://pages.test/{n}" for n in range(5)))
    ana = Asker(world, "RS/ana")
    keys: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ana.get(f"{DAY}/assessments/queue", limit=2, cursor=cursor).json()
        assert len(page["rows"]) <= 2
        keys += [row["key"] for row in page["rows"]]
        cursor = page["next"]
    assert keys == [f"web:pages.test/{n}" for n in range(5)]
    for wrong in ("nonsense", "WyJhXHUwMDAwIl0", "WzFd"):  # the second is ["a\\u0000"]
        assert ana.get(f"{DAY}/assessments/queue", cursor=wrong).status_code == 400


def test_what_is_not_of_the_operation_is_not_there() -> None:
    world = action_day()
    item = str(day(world))
    another_operation(world, "RS")
    ana, other = Asker(world, "RS/ana"), "/operations/other"
    body = draft(ana, item)
    assert ana.get(f"{other}/items/{item}/basis").status_code == 404
    assert ana.get(f"{other}/items/{item}/verdicts").status_code == 404
    assert ana.get(f"{DAY}/items/{uuid4()}/verdicts").status_code == 404
    assert ana.get(f"{DAY}/items/nothing/verdicts").status_code == 422
    assert [row["status"] for row in ana.post(f"{other}/assessments", [body]).json()] == [404]
    stranger = Asker(world, "HR/hana")
    assert stranger.get(f"{other}/assessments/queue").status_code in {403, 404}
    assert KEY in queue(ana)


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "remove"},
        {"confidence": 101},
        {"confidence": "80"},
        {"confidence": True},
        {"reasons": "a\x00b"},
        {"reasons": "x" * 5_001},
        {"claims": [{"ground": "2(7)(d)", "facts": "x"}]},
        {"exceptions": [{"exception": "art", "applies": "no", "reason": "x"}]},
        {"claims": [{"ground": "2(7)(d)", "facts": "x", "danger": None}] * 21},
        {"urgent": True},
    ],
)
def test_an_assessment_that_does_not_fit_is_refused_whole(wrong: dict[str, Any]) -> None:
    world = action_day()
    item = str(day(world))
    ana = Asker(world, "RS/ana")
    assert ana.post(f"{DAY}/assessments", [draft(ana, item, **wrong)]).status_code == 422
    left_out = draft(ana, item)
    del left_out["assessment"]["brand"]
    assert ana.post(f"{DAY}/assessments", [left_out]).status_code == 422
    assert ana.post(f"{DAY}/assessments", []).status_code == 422
    assert KEY in queue(ana)


def wide(item: str, **more: Any) -> dict[str, Any]:
    proof = {"kind": "brand", "outlet": "Invented outlet", "source": "an invented list"}
    return {"item": item, "proof": proof, "why_not_items": "an invented reason"} | more


def channel(world: World) -> tuple[str, str]:
    """A channel and a single post."""
    bring(world.by("RS/ana"), "https://t.me/openiru_demo_whole")
    item = day(world)
    found = str(ident(world.by("RS/ana"), "telegram:channel:openiru_demo_whole"))
    return found, str(item)


def test_more_than_one_piece_takes_a_proposal_and_a_second_unit() -> None:
    world = action_day()
    whole, post = channel(world)
    ana, boro, hana = Asker(world, "RS/ana"), Asker(world, "RS/boro"), Asker(world, "HR/hana")
    (refused,) = given(ana, draft(ana, whole))
    assert (refused["status"], refused["problem"]["code"]) == (409, "OIRU-2400")
    sample = {"kind": "sample", "seed": "s", "population": 10, "drawn": 10, "terrorist": 3}
    answer = ana.post(
        f"{DAY}/wide-proposals",
        [wide(whole, proof=sample), wide(post), wide(str(uuid4())), wide(whole), wide(whole)],
    )
    assert answer.status_code == 207, answer.content
    assert [row["status"] for row in answer.json()] == [422, 409, 404, 201, 409]
    assert answer.json()[0]["problem"]["errors"][0]["code"] == "share-low"
    (told,) = Asker(world, "AG/overseer").get(f"{DAY}/wide-proposals").json()["rows"]
    assert (told["unit"], told["item"], told["proof"]["outlet"]) == ("RS", whole, "Invented outlet")
    assert told["overseer_told_at"]
    assert given(ana, draft(ana, whole))[0]["status"] == 201
    assert given(boro, draft(boro, whole))[0]["problem"]["code"] == "OIRU-2200"
    assert given(hana, draft(hana, whole))[0]["assessment"]["outcome"] == "decided"


def test_proposals_are_read_page_by_page_and_made_once() -> None:
    world = action_day()
    bring(world.by("RS/ana"), *(f"https://t.me/openiru_demo_{name}" for name in ("one", "two", "three")))
    keys = [f"telegram:channel:openiru_demo_{name}" for name in ("one", "two", "three")]
    ana, key = Asker(world, "RS/ana"), str(uuid4())
    sample = {"kind": "sample", "seed": "s", "population": 40, "drawn": 40, "terrorist": 40}
    body = [wide(str(ident(world.by("RS/ana"), one)), proof=sample) for one in keys]
    first = ana.post(f"{DAY}/wide-proposals", body, key=key)
    assert ana.post(f"{DAY}/wide-proposals", body, key=key).json() == first.json()
    page = ana.get(f"{DAY}/wide-proposals", limit=2).json()
    rest = ana.get(f"{DAY}/wide-proposals", limit=2, cursor=page["next"]).json()
    assert [row["key"] for row in page["rows"] + rest["rows"]] == keys
    assert rest["next"] is None
    assert {row["proof"]["share"] for row in page["rows"]} == {1.0}
    hostile = {"kind": "sample", "seed": "a\x00", "population": 40, "drawn": 40, "terrorist": 40}
    for proof in (hostile, sample | {"drawn": -1}, sample | {"kind": "guess"}, sample | {"drawn": 10**13}):
        assert ana.post(f"{DAY}/wide-proposals", [wide(str(uuid4()), proof=proof)]).status_code == 422
