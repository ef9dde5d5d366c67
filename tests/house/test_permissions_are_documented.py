"""docs/reference/permissions.md shows exactly who may do what."""

from __future__ import annotations

from tests.house.source import ROOT

from openiru.core.vocabulary import Role
from openiru.foundation.people.permissions import MAY

PAGE = ROOT / "docs" / "reference" / "permissions.md"


def matrix() -> str:
    """The table as it must stand in the page."""
    roles = list(Role)
    head = "| verb | " + " | ".join(f"`{role}`" for role in roles) + " |"
    rule = "|---|" + ":-:|" * len(roles)
    rows = [
        f"| `{verb}` | " + " | ".join("●" if role in may else "" for role in roles) + " |"
        for verb, may in MAY.items()
    ]
    return "\n".join([head, rule, *rows])


def test_the_page_shows_the_table_of_the_program() -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = "\n".join(line for line in text.splitlines() if line.startswith("|"))
    assert shown == matrix()


def test_nobody_has_a_verb_that_switches_off_a_safeguard() -> None:
    words = {"skip", "disable", "force", "exempt", "bypass", "erase_log", "impersonate"}
    assert [verb for verb in MAY if words & set(verb.split("."))] == []


def test_who_leads_or_administers_does_not_assess() -> None:
    leading = {Role.COORDINATOR, Role.ADMINISTRATOR, Role.SERVICE}
    watching = {Role.OVERSEER, Role.PROSECUTOR, Role.DATA_PROTECTION_OFFICER}
    assert not (leading | watching) & MAY["assess"]


def test_the_overseer_changes_nothing() -> None:
    assert {verb for verb, may in MAY.items() if Role.OVERSEER in may} == {
        "item.read",
        "report",
        "ledger.read",
        "event.read",
        "oversee",
        "statement.read",
        "system.read",
    }


def test_the_prosecutor_and_the_data_protection_officer_read_and_the_latter_no_item() -> None:
    def verbs(role: Role) -> set[str]:
        return {verb for verb, may in MAY.items() if role in may}

    assert verbs(Role.PROSECUTOR) == {"item.read", "report", "statement.read", "ledger.read"}
    assert verbs(Role.DATA_PROTECTION_OFFICER) == {"report", "ledger.read", "event.read"}
