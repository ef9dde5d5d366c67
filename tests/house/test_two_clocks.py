"""Business time comes from acting() alone; the wall clock is for the places named here, each with its reason."""

from __future__ import annotations

import re

from tests.house.source import ROOT

#: Ways to ask what time it is. The monotonic clock is no way: it says how long, never when.
ASKS = re.compile(
    r"\btimezone\.now\b|\bdatetime\.now\b|\butcnow\b|\bdate\.today\b|\btime\.time(_ns)?\(|\bauto_now"
    r"|\bNow\(\)|\bnow\(\)|\bclock_timestamp\b|\bstatement_timestamp\b|\btransaction_timestamp\b"
    r"|\bCURRENT_(TIMESTAMP|DATE|TIME)\b|\bLOCALTIME",
    re.IGNORECASE,
)
#: file below src/openiru -> why the wall clock may be asked there. An entry that is not needed fails.
ALLOWED = {
    "foundation/database/ids.py": "UUIDv7 begins with the milliseconds of its making; nothing is decided by them",
    "foundation/database/migrations/schema.sql": "the one function that business time is computed by",
    "foundation/operations/migrations/begin.sql": "writes the shared clock row: business and wall time side by side",
    "foundation/people/fresh.py": "how long somebody has been away from the keyboard: sessions run by the wall",
    "foundation/ledger/migrations/log.sql": "how long the oldest leaf has waited for its index, whatever time is played",
    "foundation/ledger/record.py": "recorded_at, which stands in a leaf beside occurred_at",
    "stages/referral/migrations/undo_window.sql": "seconds in which a person before a screen can take a letter back",
    "stages/assessment/migrations/desk_rules.sql": "how long a person before a screen keeps an item, and when it was opened",
    "adapters/channels/compose.py": "the Date header of a letter without a date: mail servers judge it by their clocks",
    "entrypoints/cli/faults.py": "when a fault of the program was written to its file, beside the server's own log",
    "entrypoints/instance.py": "the founding of an instance, before there is anybody to act",
}


def asking() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    base = ROOT / "src" / "openiru"
    for path in sorted([*base.rglob("*.py"), *base.rglob("*.sql")]):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            code = line.partition("--" if path.suffix == ".sql" else "#")[0]
            if ASKS.search(code) and not _says_it_is_banned(code):
                found.setdefault(path.relative_to(base).as_posix(), []).append(f"{number}: {line.strip()}")
    return found


def _says_it_is_banned(code: str) -> bool:
    """Prose in a docstring names the functions in double backquotes."""
    return not ASKS.search(re.sub(r"``[^`]*``", "", code))


def test_nobody_asks_the_wall_clock_without_a_reason() -> None:
    assert {name: lines for name, lines in asking().items() if name not in ALLOWED} == {}


def test_no_reason_outlives_its_need() -> None:
    assert sorted(set(ALLOWED) - set(asking())) == []
