"""Referral and what follows: batches made and let go, letters sent by the workers, answers read, doubts settled."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from openiru.core.errors import OutsideError
from openiru.core.referral.answers import Reading
from openiru.core.vocabulary import DeliveryState
from openiru.entrypoints.demo.days import Day
from openiru.entrypoints.ticks import tick_once
from openiru.foundation.database.acting import acting
from openiru.foundation.database.queue import lengths
from openiru.stages.referral import commands, mail, queries
from openiru.stages.referral.answering import Answers
from openiru.stages.referral.reading import read_answer_file
from openiru.stages.verification.commands import run

LOOK_S: Final = 0.02
WORKS_S: Final = 600.0
#: Rounds of due work at one moment; more would mean that something is due again and again.
MOST_ROUNDS: Final = 200
FILES: Final = frozenset({".csv", ".json"})


def work(day: Day) -> None:
    """Let the workers do everything that is due at this moment, and give it its place in the log."""
    for _ in range(MOST_ROUNDS):
        due = tick_once()
        _until_idle()
        day.log()
        if not due:
            return
    raise OutsideError("something is due again and again", hint="Run: openiru status")


def _until_idle() -> None:
    until = time.monotonic() + WORKS_S
    while time.monotonic() < until:
        queue = lengths()
        if queue["failed"]:
            raise OutsideError(f"{queue['failed']} jobs failed", hint="Run: openiru status")
        if not queue["todo"] and not queue["doing"]:
            return
        time.sleep(LOOK_S)
    raise OutsideError("the workers do not come to an end")


def look_before(day: Day) -> None:
    """What is gone already is no effect of a referral: everything decided is looked at once before."""
    if not day.scenario.pace["look_before"]:
        return
    day.move(day.scenario.when("look_before"))
    done = run(by=day.service(), limit=day.scenario.expected["distinct"], before=True)
    misread = f"; control pair misread: {', '.join(done.misread)}" if done.misread else ""
    day.say(f"{done.looks:,} decided items looked at before anything is sent{misread}")
    day.log()


def refer(day: Day) -> None:
    """Prepare by provider, see what is kept back and why, let everything go."""
    day.move(day.scenario.when("referral"))
    by = day.by(day.scenario.who("issues"))
    made = commands.prepare(by=by)
    held = [one for one in made.refused if one.code == "hold"]
    lines = sum(one.lines for one in made.batches)
    providers = {one.provider for one in made.batches}
    day.say(f"{lines:,} items on {len(made.batches)} batches to {len(providers)} providers")
    if held:
        day.catch(f"{len(held)} decided items under a hold", held[0].reason)
    others = Counter(one.code for one in made.refused if one.code != "hold")
    day.figures["referral"] = {
        "batches": len(made.batches),
        "lines": lines,
        "providers": len(providers),
        "held_back": len(held),
        "kept_back": dict(others),
    }
    released = commands.send(by=by, referrals=[one.id for one in made.batches])
    later = sum(one.not_before > day.now for one in released)
    day.say(f"let go by a person; {later} of {len(released)} wait for the provider's hours")


def settle(day: Day) -> None:
    """What nobody knows is asked on the telephone, and settled by a person; no machine sends it again."""
    by = day.by(day.scenario.who("issues"))
    with acting(by):
        unsure = queries.unknown()
    for one in unsure:
        commands.settle(
            by=by,
            referral=one["id"],
            was_sent=True,
            why="Invented: the provider's desk reads the reference back.",
        )
        day.catch(
            f"the wire cut while {one['reference']} was sent",
            "unknown, never sent again by machine; a person asked and settled it",
        )


class Post:
    """Answers as they come in: files of each provider, and a mailbox."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._folder = Path(day.scenario.text(day.scenario.data["answers"]))
        self._read: set[Path] = set()
        self.counts: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()

    def collect(self) -> None:
        """Read what is new."""
        by = self._day.by(self._day.scenario.who("answers"))
        for path in sorted(self._folder.glob("provider-*/*")):
            if path.suffix in FILES and path not in self._read:
                self._read.add(path)
                rows, source = read_answer_file(path)
                self._count(commands.answer(by=by, rows=rows, source=source, provider=path.parent.name))
        done = mail.collect(by=by, box=mail.mailbox("maildir", str(self._folder / "mail")))
        for answers in done.answers:
            self._count(answers)

    def _count(self, answers: Answers) -> None:
        self.counts.update({"files": 1, **answers.counts})
        self.codes.update(row.code for row in answers.rows if row.reading is Reading.REFUSED)
        self.counts["changed"] += sum(row.reading is Reading.NEW_VERSION for row in answers.rows)

    def tell(self) -> None:
        """Once, at the end: what was answered that cannot be taken, and what was answered twice."""
        day = self._day
        if self.codes["line-never-sent"]:
            day.catch(
                "a provider answering for items it was never sent",
                f"{self.codes['line-never-sent']} rows refused and kept apart",
            )
        if self.codes["reference-unknown"]:
            day.catch(
                "a provider naming a reference that is not ours",
                f"{self.codes['reference-unknown']} rows refused",
            )
        if self.counts["repeated"]:
            day.catch(
                "a provider answering twice",
                f"{self.counts['repeated']} repeated rows changed nothing;"
                f" {self.counts['changed']} second thoughts stand as new versions",
            )
        day.figures["answers"] = {**self.counts, "refused_why": dict(self.codes)}


def deferred(day: Day) -> int:
    """Letters that a provider's server put off just now."""
    with acting(day.by(day.scenario.who("issues"))):
        found: list[dict[str, Any]] = queries.batches(states=(DeliveryState.DEFERRED,))
    return len(found)
