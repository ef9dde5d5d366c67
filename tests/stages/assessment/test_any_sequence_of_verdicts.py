"""1,000 random sequences of verdicts: what is decided always rests on two different people, and nothing else happens."""

from __future__ import annotations

import random
from collections.abc import Sequence
from uuid import UUID

import pytest
from tests.people import action_day
from tests.stages.assessment.helpers import facts
from tests.stages.intake.helpers import bring

from openiru.core.assessment.two_persons import NEGATIVE, PARKING, needs_second
from openiru.core.lifecycle import Milestone
from openiru.core.vocabulary import Verdict
from openiru.foundation.database.acting import By, acting
from openiru.foundation.registry.queries import page
from openiru.stages.assessment import queries
from openiru.stages.assessment.commands import Draft, assess
from openiru.stages.assessment.deciding import SECOND_LOOK_SHARE

ITEMS, STEPS = 1_000, 6
PEOPLE = ("RS/ana", "RS/boro", "HR/hana", "HR/ivo", "MK/mila", "MK/niko")
WEIGHTS = {
    Verdict.REFER: 5,
    Verdict.DO_NOT_REFER: 3,
    Verdict.OUTSIDE_MANDATE: 1,
    Verdict.NEEDS_EXPERT: 1,
    Verdict.NEEDS_LANGUAGE: 1,
}
Said = list[tuple[str, Verdict]]


def expected(said: Said, *, both: bool) -> tuple[str, int]:
    """Where an item stands after a sequence, and how many verdicts were taken: the rule told a second time."""
    state, spoken, counting = "seen", set[str](), list[Verdict]()
    for person, verdict in said:
        if person in spoken or state in {"decided", "not_referred"}:
            continue
        spoken.add(person)
        if verdict in PARKING:
            state = "parked"
            continue
        counting.append(verdict)
        yes = counting.count(Verdict.REFER)
        if yes == 2:
            state = "decided"
        elif len(counting) - yes == 2 or (verdict in NEGATIVE and len(counting) == 1 and not both):
            state = "not_referred"
        else:
            state = "disputed" if len(counting) == 2 else "in_assessment"
    return state, len(spoken)


def sequences(keys: Sequence[str]) -> dict[str, Said]:
    """Reproducible: the same for every run."""
    dice = random.Random(20_201_006)  # noqa: S311 - test data, nobody's secret
    verdicts, weights = list(WEIGHTS), list(WEIGHTS.values())
    return {
        key: [
            (dice.choice(PEOPLE), dice.choices(verdicts, weights)[0]) for _ in range(dice.randint(0, STEPS))
        ]
        for key in keys
    }


def speak(by: By, said: dict[UUID, Verdict]) -> int:
    """One person's verdicts of one round, in one batch; how many were taken."""
    with acting(by):
        shown = queries.basis_for(list(said))
    drafts = [
        Draft(item=item, basis=shown[item].digest, facts=facts(verdict)) for item, verdict in said.items()
    ]
    return sum(1 for one in assess(by=by, drafts=drafts) if one.refused is None)


@pytest.mark.usefixtures("database")
def test_a_thousand_sequences_end_where_the_rule_says() -> None:
    world = action_day()
    bring(world.by("RS/ana"), *(f"https://t.me/openiru_demo_many/{n}" for n in range(1, ITEMS + 1)))
    overseer = world.by("AG/overseer")
    with acting(overseer) as now:
        ids = {row["key"]: UUID(str(row["id"])) for row in page(limit=ITEMS)}
        now.cursor.execute("SELECT iru.assessment_seed()")
        seed = bytes(now.cursor.fetchone()[0])
    said = sequences(sorted(ids))
    taken = 0
    for step in range(STEPS):
        for person in PEOPLE:
            now_said = {
                ids[key]: steps[step][1]
                for key, steps in said.items()
                if len(steps) > step and steps[step][0] == person
            }
            taken += speak(world.by(person), now_said)
    wanted = {
        key: expected(
            steps, both=needs_second(Verdict.DO_NOT_REFER, key=key, seed=seed, share=SECOND_LOOK_SHARE)
        )
        for key, steps in said.items()
    }
    with acting(overseer) as now:
        rows = page(limit=ITEMS)
        assert {row["key"]: row["state"] for row in rows} == {
            key: state for key, (state, _) in wanted.items()
        }
        assert taken == sum(count for _, count in wanted.values())
        pairs = queries.pairs_for(list(ids.values()))
        decided = {row["id"] for row in rows if row["state"] == "decided"}
        assert set(pairs) == decided == {r["id"] for r in rows if r["milestones"] & Milestone.DECIDED}
        assert all(pair.a_person_id != pair.b_person_id for pair in pairs.values())
        now.cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE slot = 'A') FROM iru.verdicts(%s)", [list(ids.values())]
        )
        every, first = now.cursor.fetchone()
    assert {state for state, _ in wanted.values()} >= {
        "decided",
        "not_referred",
        "disputed",
        "parked",
        "seen",
    }
    assert every == taken
    assert 0.3 < first / every < 0.7
