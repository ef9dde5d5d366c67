"""A small world in which no page is empty: letters that wait, left and were answered, a hold, a round, a dispute, statements."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.people import START, World
from tests.stages.assessment.helpers import REFER, facts
from tests.stages.assessment.helpers import drafts as drafted
from tests.stages.referral.helpers import PROVIDERS, Post, delivered, far, later, let_go, post, ready_day

from openiru.core.assessment.tests import Draft as Facts
from openiru.core.assessment.wide import Sample
from openiru.core.lifecycle import Milestone
from openiru.core.referral.answer_files import AnswerRow
from openiru.core.vocabulary import HoldKind, HoldScope, Verdict
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.directory.commands import load_directory
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.operations.commands import NewMandate, propose_mandate
from openiru.foundation.people.commands import new_token
from openiru.foundation.registry.queries import page
from openiru.foundation.registry.transitions import Move, transition
from openiru.ports.formats import Refused, Row
from openiru.stages.assessment.commands import assess
from openiru.stages.assessment.commands_alarms import hand_over, raise_alarm
from openiru.stages.assessment.commands_language import NewTranslation, ask_language, translate
from openiru.stages.assessment.commands_searches import save_search
from openiru.stages.assessment.commands_wide import NewWide, propose_wide
from openiru.stages.assessment.waiting import Filters
from openiru.stages.impact import oversight, releases
from openiru.stages.intake import queries as held
from openiru.stages.intake import records
from openiru.stages.intake.commands import Source, import_rows
from openiru.stages.intake.holds import NewHold, place_holds
from openiru.stages.intake.rounds import open_round
from openiru.stages.referral.commands import answer, answer_lines, prepare, withdraw
from openiru.stages.referral.links import digest_of
from openiru.stages.referral.portal import queries as portal
from openiru.stages.referral.portal.commands import Said, write
from openiru.stages.verification.commands import plan_looks

#: What stands in a text field, by the name of the field.
Words = Callable[[str], str]
DIGEST = "sha256:" + "5a" * 32
LINK = re.compile(r"^  http://localhost:\d+(/p/[a-z2-7]{32})$", re.MULTILINE)
CODE = re.compile(r"^  Code: (\S+)$", re.MULTILINE)
#: Invented words that look like work; a field that is not here gets its own name.
PLAIN = {
    "title": "A post that tells how (invented)",
    "quote": "измишљене речи једне објаве",
    "translation": "invented words of a post",
    "reason": "Found by a patrol of the open web (invented)",
    "group": "Invented group",
    "facts": "The post tells its readers step by step what to do (invented).",
    "why": "No learning, art or news speaks out of it (invented).",
    "proportionality": "One post; nothing else of the account is named.",
    "rule": "Clause 4.2 of the invented terms",
    "against": "A report of a newsroom: it quotes the call in order to discuss it (invented).",
    "removed": "Removed by our own terms (invented).",
    "provider": "Far (invented)",
    "arabic": "كلمات مختلقة",
    "place": "second paragraph",
    "question": "Which of our terms do you mean in line 2? (invented)",
    "search": "Telegram, new",
    "reasons": "It calls readers to act and tells them how. Nothing in it reports or discusses.",
    "hold-reason": "An inquiry of our own runs here until Friday (invented)",
    "contact": "duty desk RS, +000 1",
    "explanation": "We keep it: it does not break our terms (invented).",
    "recommendation": "Write down the reason of each withdrawal (invented).",
}


def plain(field: str) -> str:
    """Harmless words for a field."""
    return PLAIN.get(field, f"invented {field}")


@dataclass(frozen=True, slots=True)
class Filled:
    """The world, and what its pages are asked for by name: items, references, ids."""

    world: World
    at: dict[str, str]
    link: str
    code: str

    def __getitem__(self, name: str) -> str:
        return self.at[name]


def brought(world: World, name: str, urls: list[str], says: Words, **row: Any) -> dict[str, UUID]:
    """A unit hands addresses in with every word that a row can have; address -> item."""
    words = {field: says(field) for field in ("reason", "quote", "translation", "place", "title")}
    words |= {field: says(field)[:200] for field in ("group", "brand", "account", "note", "source_ref")}
    made = [Row(number, url, **(words | {"language": "sr"} | row)) for number, url in enumerate(urls, 2)]
    import_rows(
        by=world.by(name),
        source=Source(
            rows=[*made, Refused(len(made) + 2, "this is no address", excerpt=says("excerpt")[:80])],
            file_name=says("file")[:120],
            file_digest=f"sha256:{urls}",
            format="csv",
        ),
    )
    with acting(world.by(name)):
        known = {one["canonical"]: one["id"] for one in page(limit=10_000)}
    return {url: known[url] for url in urls}


def said(world: World, name: str, items: list[UUID], verdict: Verdict, says: Words) -> None:
    """Somebody gives a whole assessment of items."""
    given: Facts = facts(verdict)
    claims = tuple(replace(one, facts=says("facts")) for one in given.claims)
    answers = tuple(replace(one, reason=says("why")) for one in given.exceptions)
    given = replace(
        given,
        claims=claims,
        exceptions=answers,
        group=says("group") if verdict is Verdict.REFER else "",
        proportionality=says("proportionality"),
        provider_rule=says("rule"),
        reasons=says("reasons" if verdict is Verdict.REFER else "against"),
    )
    done = assess(by=world.by(name), drafts=drafted(world.by(name), items, given))
    assert [one.refused for one in done] == [None] * len(items)


def decided(world: World, urls: list[str], says: Words) -> list[UUID]:
    """Items that two people of one unit decided to refer."""
    items = list(brought(world, "HR/hana", urls, says).values())
    for name in ("HR/hana", "HR/ivo"):
        said(world, name, items, Verdict.REFER, says)
    return items


def filled(says: Words = plain) -> Filled:
    """The world. Letters go over a channel that keeps them; the clock ends a few hours after the start of the day."""
    with pytest.MonkeyPatch.context() as patch:
        way, world = Post(patch), ready_day()
        at = _set_up(world, says) | _letters(world, says)
        links, codes = LINK.findall(way.letters[0].text), CODE.findall(way.letters[0].text)
    _looks(world)
    _answers(world, at, says, links[0])
    at |= _bench(world, says) | _round(world, says)
    later(5)
    sequence()
    at |= _statements(world, says)
    at["size"] = str(_size())
    return Filled(world, at, links[0], codes[0])


def _size() -> int:
    with acting(SERVICE) as now:
        now.cursor.execute("SELECT max(size) FROM ledger_checkpoint")
        return int(now.cursor.fetchone()[0])


def _set_up(world: World, says: Words) -> dict[str, str]:
    coordinator = world.by("AG/coordinator")
    given = [
        one | {"rule": says("rule"), "name": says("provider") if one["slug"] == "far" else one["name"]}
        for one in PROVIDERS
    ]
    load_directory(by=coordinator, providers=given)
    propose_mandate(
        by=world.outside("AG/coordinator"),
        mandate=NewMandate(
            slug="second",
            act=says("act"),
            article=says("article"),
            authority=says("authority"),
            kinds=("terrorist",),
        ),
    )
    new_token(
        by=world.outside("AG/admin"), person=world.outside("AG/coordinator").person, label=says("token")[:60]
    )
    return {"person": str(world.outside("AG/coordinator").person), "operation": world.slug}


def _letters(world: World, says: Words) -> dict[str, str]:
    """Two letters that left, one that waits, items that wait for one."""
    officer = world.by("AG/deputy")
    decided(world, [post(number) for number in range(1, 4)], says)
    decided(world, [far(1), far(2)], says)
    left = prepare(by=officer).batches
    for batch in left:
        let_go(world, batch.id)
        delivered(world, batch.id)

    first, second = left[0], left[1]

    withdraw(by=world.by("AG/officer"), referral=second.id, lines=[1], why=says("withdrawn"))
    decided(world, [post(4), post(5)], says)
    (waits,) = prepare(by=officer, channel="transcript").batches
    decided(world, [post(6), far(3)], says)
    with acting(officer):
        gone = next(one["id"] for one in page(limit=10_000) if one["canonical"] == post(1))
    return {"gone": str(gone), "sent": first.reference, "other": second.reference, "waits": waits.reference}


def _looks(world: World) -> None:
    """What a looker would have found: one gone, one live, one in doubt."""
    plan_looks(by=SERVICE.within(world.operation))
    with acting(world.by("AG/coordinator")) as now:
        there = {one["canonical"]: one["id"] for one in page(limit=10_000)}
        for hours, (url, outcome) in enumerate(
            [(post(1), "gone"), (post(2), "live"), (far(2), "restricted")], 1
        ):
            gone = {"gone_from": START + timedelta(hours=hours)} if outcome == "gone" else {}
            seen = {"outcome": outcome, "live_until": START + timedelta(minutes=9), **gone}
            transition(now, [Move(there[url], None, loses=Milestone.INCONCLUSIVE, notes=seen)])
            insert(
                now.cursor,
                "verification_check",
                [
                    {
                        "id": new_id(),
                        "operation_id": world.operation,
                        "item_id": there[url],
                        "run_id": new_id(),
                        "at": START + timedelta(hours=hours),
                        "vantage": "default",
                        "status": 404 if outcome == "gone" else 200,
                        "outcome": outcome,
                        "reason": {"gone": "status_gone", "live": "marker_alive"}.get(outcome, "geo"),
                        "final_url": url,
                        "body_digest": DIGEST,
                        "took_ms": 12,
                    }
                ],
            )


def _answers(world: World, at: dict[str, str], says: Words, link: str) -> None:
    officer = world.by("AG/officer")
    lines = {
        1: {"decision": "removed", "explanation": says("removed")},
        2: {"decision": "no action", "explanation": says("explanation")},
    }
    answer_lines(by=officer, reference=at["sent"], lines=lines, why=says("telephone"))
    stray = {
        "reference": says("reference")[:60],
        "line": "1",
        "decision": says("decision")[:60],
        "explanation": says("explanation"),
    }
    answer(by=officer, rows=[AnswerRow(2, stray)], source="mail", provider="host")
    door = portal.door(digest_of(link.rpartition("/")[2]))
    assert door is not None
    guest = door.guest(digest_of(link.rpartition("/")[2]))
    for kind in (Said.QUESTION, Said.DISPUTE):
        write(
            by=guest, kind=kind, text=says("question"), name=says("name")[:200], contact=says("contact")[:200]
        )


def _bench(world: World, says: Words) -> dict[str, str]:
    """What assessors see: open items, copies of one content, a dispute, a wide proposal, alarms, requests for a language."""
    ana, hana = world.by("RS/ana"), world.by("HR/hana")
    urls = [post(number) for number in range(21, 31)]
    items = list(brought(world, "RS/ana", urls, says, digest=DIGEST).values())
    brought(world, "HR/hana", urls[:3], says, digest=DIGEST, language="ar", quote=says("arabic"))
    brought(world, "RS/ana", ["https://bit.ly/openiru1", "https://xn--pple-43d.test/x"], says)
    said(world, "RS/ana", items[:1], Verdict.REFER, says)
    said(world, "HR/hana", items[:1], Verdict.DO_NOT_REFER, says)
    said(world, "RS/ana", items[1:2], Verdict.DO_NOT_REFER, says)
    (whole,) = brought(world, "RS/ana", ["https://t.me/openiru_demo_whole"], says).values()
    proof = Sample(seed=says("seed")[:100], population=400, drawn=30, terrorist=29)
    (made,) = propose_wide(by=ana, proposals=[NewWide(item=whole, proof=proof, why_not_items=says("wide"))])
    assert made.refused is None
    life = raise_alarm(by=ana, item=items[2], kind="life", note=says("alarm"))
    raise_alarm(by=ana, item=items[3], kind="abuse", note=says("alarm"))
    hand_over(by=ana, alarm=life, to=says("to"), note=says("note"))
    asked = ask_language(by=ana, items=items[4:6], wanted="en", note=says("note"))
    (other,) = ask_language(by=hana, items=items[6:7], wanted="de")
    translate(
        by=world.by("RS/boro"),
        item=items[6],
        translation=NewTranslation(wanted="de", text=says("translated"), machine="", own_unit=False),
        which=other.request,
    )
    save_search(by=ana, name=says("search")[:60], filters=Filters(platform="telegram"), shared=False)
    with acting(ana):
        imported = records.imports(limit=1)[0]["id"]
    return {
        "item": str(items[7]),
        "wide": str(whole),
        "disputed": str(items[0]),
        "translated": str(items[6]),
        "language": str(asked[0].request),
        "import": str(imported),
        "digest": DIGEST,
    }


def _round(world: World, says: Words) -> dict[str, str]:
    own = NewHold(
        kind=HoldKind.UNIT,
        scope=HoldScope.KEY,
        subject=post(28),
        reason=says("hold-reason"),
        expires_at=START + timedelta(days=2),
        authority="",
        everywhere=False,
        contact=says("contact")[:300],
    )
    place_holds(by=world.by("RS/ana"), holds=[own])
    open_round(by=world.by("AG/coordinator"), due_at=START + timedelta(days=1))
    with acting(world.by("RS/deda")):
        return {"hold": str(held.holds()[0]["id"]), "round": str(held.rounds()[0].id)}


def _statements(world: World, says: Words) -> dict[str, str]:
    """One that everybody reads, one that waits; recommendations of the overseer, one of them answered."""
    coordinator, overseer = world.by("AG/coordinator"), world.by("AG/overseer")
    first = releases.propose(by=coordinator)
    for name in ("AG/officer", "RS/deda", "HR/dora", "MK/duma"):
        releases.sign(by=world.by(name), release=first)
    releases.release(by=world.by("AG/officer"), release=first)
    for _ in range(2):
        oversight.recommend(by=overseer, text=says("recommendation"), about=says("about")[:500])
    with acting(overseer):
        one = oversight.recommendations()[0]["id"]
    oversight.answer(by=coordinator, recommendation=one, followed="partly", text=says("answer"))
    sequence()
    waits = releases.propose(by=coordinator)
    return {"statement": str(waits), "public": "1", "proposed": str(first)}


__all__ = ["DIGEST", "PLAIN", "REFER", "Filled", "Words", "filled", "plain"]
