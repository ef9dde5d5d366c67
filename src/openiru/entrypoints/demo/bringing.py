"""The first day: files are tried and taken in, the round is asked and answered, short links are followed."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from openiru.entrypoints.demo.days import Day
from openiru.foundation.database.acting import acting
from openiru.stages.intake.answers import read_holds
from openiru.stages.intake.commands import Outcome, Source, import_rows
from openiru.stages.intake.files import open_file
from openiru.stages.intake.holds import NewHold
from openiru.stages.intake.preview import preview
from openiru.stages.intake.queries import round_state
from openiru.stages.intake.resolving import resolve_items
from openiru.stages.intake.rounds import answer_round, open_round

SHOWN: Final = 20


def contribute(day: Day) -> None:
    """Every file as its unit's analyst; one is tried first, and handed in twice."""
    day.move(day.scenario.when("contribution"), day.scenario.until("contribution"))
    counts: Counter[str] = Counter()
    refused: list[dict[str, Any]] = []
    formats: set[str] = set()
    for entry in day.scenario.operation["files"]:
        if entry["file"] == day.scenario.data["dry_run"]:
            _try(day, entry)
        done = _take(day, entry)
        counts.update(done.counts)
        formats.add(entry["format"])
        refused += [{"file": entry["file"], "row": row, "reason": reason} for row, reason in done.refused]
        _say(day, entry, done.counts)
    _again(day)
    for one in refused[:SHOWN]:
        day.say(f"refused: {one['file']} row {one['row']}: {one['reason']}")
    if len(refused) > SHOWN:
        day.say(f"refused: {len(refused) - SHOWN} rows more")
    day.figures["intake"] = {
        "files": len(day.scenario.operation["files"]),
        "formats": len(formats),
        "rows": counts["rows"],
        "taken": counts["taken"],
        "new": counts["new"],
        "refused": refused,
    }
    day.log()


def _say(day: Day, entry: Mapping[str, Any], counts: Mapping[str, int]) -> None:
    day.say(
        f"{entry['unit']:<4}{entry['file']:<20} {counts['rows']:>6,} rows: {counts['taken']:,} taken,"
        f" {counts['new']:,} new items, {counts['refused']} refused"
    )


def _source(day: Day, entry: Mapping[str, Any]) -> Source:
    mapping = {"zone": entry["zone"], **entry["mapping"]}
    file = open_file(Path(day.scenario.files) / entry["file"], format_name=entry["format"], mapping=mapping)
    return Source(
        rows=file.rows(),
        file_name=entry["file"],
        file_digest=file.digest,
        format=file.reader.name,
        encoding=file.understanding.encoding,
        purpose="demonstration",
    )


def _take(day: Day, entry: Mapping[str, Any]) -> Outcome:
    by = day.by(day.scenario.who("contributes", entry["unit"]))
    return import_rows(by=by, source=_source(day, entry))


def _try(day: Day, entry: Mapping[str, Any]) -> None:
    """A dry run: what would happen, and nothing is written."""
    by = day.by(day.scenario.who("contributes", entry["unit"]))
    seen = preview(by=by, rows=_source(day, entry).rows)
    day.say(
        f"{entry['unit']:<4}dry run: {seen.counts['rows']} rows, {seen.counts['taken']} would be taken,"
        f" {len(seen.refused)} refused; nothing was written"
    )


def _again(day: Day) -> None:
    """The same file a second time adds nothing."""
    entry = day.scenario.operation["files"][0]
    done = _take(day, entry)
    if done.counts["taken"] == 0:
        day.catch(f"{entry['file']} handed in twice", "the second time added nothing")


def _holds(day: Day) -> dict[str, list[NewHold]]:
    """The holds file by unit."""
    text = (day.scenario.files / "holds.csv").read_text(encoding="utf-8")
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(text)):
        rows[row["unit"]].append(row)
    found = {}
    for unit, mine in rows.items():
        out = io.StringIO()
        writer = csv.DictWriter(out, list(mine[0]))
        writer.writeheader()
        writer.writerows(mine)
        found[unit], bad = read_holds(out.getvalue().encode())
        for number, reason in bad:
            day.say(f"holds.csv row {number} refused: {reason}")
    return found


def deconflict(day: Day) -> None:
    """The round: all units are asked; their hits become holds; one answers late, and its silence is no consent."""
    day.move(day.scenario.when("round"))
    lead, holds = day.by(day.scenario.who("lead")), _holds(day)
    opened = open_round(by=lead, due_at=day.scenario.when("round_due"))
    late = day.scenario.data["late_unit"]
    units = [code for code in day.units if code != late]
    for code in units:
        _answer(day, code, opened.id, holds.get(code, []))
    day.move(day.scenario.when("late"))
    with acting(lead):
        standing = round_state(opened.id)
    if standing.overdue and standing.blocks:
        day.catch(
            f"a unit silent in the round ({', '.join(standing.silent)})",
            "nothing is referred until it answers",
        )
    _answer(day, late, opened.id, holds.get(late, []))
    day.log()


def _answer(day: Day, code: str, round_id: Any, holds: list[NewHold]) -> None:
    placed = answer_round(by=day.by(day.scenario.who("deconflicts", code)), round_id=round_id, hits=holds)
    hits = sum(len(one.items) for one in placed)
    words = f"holds {hits} item{'s' if hits > 1 else ''}" if placed else "no hit"
    day.say(f"{code:<4}answers the round: {words}")


def resolve(day: Day) -> None:
    """Short links are followed outside; where one leads is checked again."""
    found = resolve_items(by=day.by(day.scenario.who("resolves")))
    for one in found:
        how = f"leads to {one.leads_to}" + (" (known already)" if one.known else "")
        day.say(f"{one.key}: {one.refused.message if one.refused else how}")
    day.figures["shorteners"] = {
        "followed": sum(one.refused is None for one in found),
        "known": sum(one.known for one in found),
        "not_followed": sum(one.refused is not None for one in found),
    }
    day.log()
