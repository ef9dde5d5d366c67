"""The whole way by the program alone: from an empty instance to letters that are ready, every step typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.entrypoints.program import ok, openiru

from openiru.dsn import role_names
from openiru.foundation.database.prepare import admin_connection
from openiru.foundation.ledger.sequencer import sequence
from openiru.settings import CONFIG

ROLES = {"ana": "analyst", "boro": "second_assessor", "deda": "deconfliction_officer"}
LEADS = {"kora": ["coordinator"], "lena": ["coordinator", "issuing_officer"], "ola": ["overseer"]}
SHEET = """Link;Date;Language;Reason
https://t.me/openiru_demo_a/1;2020-10-05 10:00;sr;invented
https://t.me/openiru_demo_a/2;2020-10-05 10:01;sr;invented
https://t.me/openiru_demo_held/3;2020-10-05 10:02;hr;invented
"""


def units(folder: Path) -> Path:
    """A file of two units and an agency with their people."""
    found = [
        {
            "code": code,
            "name": f"Unit {code} (invented)",
            "country": country,
            "legal_profile": profile,
            "legal_ground": "invented act, article 1",
            "zone": "Europe/Belgrade",
            "contact": f"desk@unit-{code.lower()}.example",
            "people": [
                {"handle": handle, "name": "Invented", "roles": [role]} for handle, role in ROLES.items()
            ],
        }
        for code, country, profile in (
            ("RS", "RS", "third_country_unit"),
            ("HR", "HR", "eu_competent_authority"),
        )
    ]
    agency = {**found[0], "code": "AG", "country": "EU", "legal_profile": "agency"}
    agency["people"] = [
        {"handle": handle, "name": "Invented", "roles": roles} for handle, roles in LEADS.items()
    ]
    path = folder / "units.json"
    path.write_text(json.dumps({"units": [*found, agency]}), encoding="utf-8")
    return path


def found_instance(folder: Path) -> None:
    """Units, people, a mandate of two persons, an operation, and whom letters go to."""
    ok("unit", "add", "--file", str(units(folder)))
    law = (
        "--act",
        "Regulation (EU) 2021/784",
        "--article",
        "Art. 2(7)",
        "--authority",
        "AG",
        "--kind",
        "terrorist",
    )
    ok("mandate", "propose", "tco", *law, "--as", "AG/kora")
    alone = openiru("mandate", "confirm", "tco", "--as", "AG/kora", "--json")
    assert (alone.code, alone.error["code"]) == (1, "OIRU-2200")
    ok("mandate", "confirm", "tco", "--as", "AG/lena")
    made = (
        "--title",
        "A day (invented)",
        "--mandate",
        "tco",
        "--unit",
        "RS",
        "--unit",
        "HR",
        "--as",
        "AG/kora",
    )
    ok("operation", "create", "day", *made)
    directory = folder / "directory.json"
    directory.write_text(
        json.dumps(
            {
                "providers": [{"slug": "provider-a", "country": "NL", "address": "desk@provider-a.example"}],
                "platforms": [{"slug": "telegram", "provider": "provider-a"}],
            }
        ),
        encoding="utf-8",
    )
    ok("directory", "load", str(directory))


def filled(form: dict[str, object]) -> dict[str, object]:
    """A person's own answers in the form."""
    assessment = dict(form["assessment"])  # type: ignore[call-overload]  # JSON
    assessment |= {
        "availability": "open_link",
        "claims": [{"ground": "2(7)(c)", "facts": "Invented facts of the content.", "danger": None}],
        "exceptions": [
            {**one, "applies": False, "reason": "Nothing of the kind."} for one in assessment["exceptions"]
        ],
        "group": "invented-group",
        "proportionality": "The invented item alone.",
        "provider_rule": "Invented rule 3.",
        "reasons": "Invented reasons of this person.",
        "confidence": 80,
        "verdict": "refer",
    }
    return {**form, "assessment": assessment}


def assess_all(who: str) -> None:
    """Everything that waits for this person."""
    forms = ok("assess", "next", "--as", who, "--json").objects
    assert all(one["assessment"]["verdict"] is None for one in forms)
    lines = "\n".join(json.dumps(filled(form)) for form in forms)
    given = ok("assess", "give", "-", "--as", who, "--json", stdin=lines.encode())
    assert len(given.objects) == len(forms) == 3
    again = openiru("assess", "give", "-", "--as", who, "--json", stdin=lines.encode())
    assert again.code == 3


@pytest.fixture
def owned(database: str) -> str:
    """The owner may make temporary tables in the database it owns; a test's clone belongs to the administrator instead."""
    with admin_connection(CONFIG, "postgres") as admin:
        admin.execute(f'GRANT TEMPORARY ON DATABASE "{database}" TO "{role_names(CONFIG)["owner"]}"')
    return database


@pytest.mark.usefixtures("owned")
def test_a_day_from_an_empty_instance_to_letters_that_are_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    found_instance(tmp_path)
    sheet = tmp_path / "list.csv"
    sheet.write_text(SHEET, encoding="utf-8")
    assert ok("intake", "import", str(sheet), "--as", "RS/ana", "--json").object["new"] == 3
    pattern = ("telegram:post:openiru_demo_held/*", "--scope", "pattern", "--why", "invented inquiry")
    placed = ok("hold", "place", *pattern, "--as", "HR/deda", "--json").object
    assert len(placed["items"]) == 1
    assert [one["reference"] for one in ok("hold", "list", "--as", "HR/deda", "--json").objects]
    assess_all("RS/ana")
    assess_all("HR/boro")
    prepared = openiru("referral", "prepare", "--as", "AG/lena", "--json")
    assert prepared.code == 3
    assert [one["code"] for one in prepared.object["refused"]] == ["hold"]
    (batch,) = prepared.object["batches"]
    assert batch["lines"] == 2
    shown = ok("referral", "show", batch["reference"], "--as", "AG/lena")
    assert "https://t.me/openiru_demo_a/1" not in shown.out
    assert ok("referral", "list", "--as", "AG/lena", "--json").objects[0]["state"] == "prepared"
    ok("referral", "send", batch["reference"], "--as", "AG/lena", "--json")
    life_of_an_item()
    figures_of_the_day(tmp_path)
    export_of_the_log(tmp_path)


def life_of_an_item() -> None:
    """Its whole life with indexes, and the others' verdicts after one's own."""
    sequence()
    life = ok("item", "show", "https://t.me/s/openiru_demo_a/1", "--as", "RS/ana", "--json").object
    assert life["state"] == "prepared"
    assert [one["type"] for one in life["timeline"]][:2] == ["intake.contributed", "assessment.assessed"]
    assert all(isinstance(one["index"], int) for one in life["timeline"])
    assert ok("assess", "show", life["key"], "--as", "RS/ana", "--json").objects
    held = ok("item", "show", "telegram:post:openiru_demo_held/3", "--as", "RS/ana").out
    assert "call desk@unit-hr.example" in held
    assert "invented inquiry" not in held
    assert len(ok("item", "list", "--as", "RS/ana", "--json").objects) == 3


def figures_of_the_day(folder: Path) -> None:
    """The same as-of gives the same bytes, in every form; no verb is stronger than its figure."""
    first = ok("report", "--as", "AG/kora", "--json", "--as-of", "40")
    assert (
        first.out
        == ok("report", "--operation", "day", "--as", "AG/kora", "--format", "json", "--as-of", "40").out
    )
    assert first.object
    page = folder / "report.html"
    ok("report", "--as", "AG/kora", "--format", "html", "--output", str(page))
    assert "nvented" in page.read_text(encoding="utf-8")
    assert "removed" not in ok("report", "--as", "AG/kora").out
    assert ok("report", "--all", "--as", "AG/kora", "--json").object
    assert openiru("report", "--as", "AG/kora", "--format", "nonsense", "--json").code == 2
    assert openiru("report", "--as", "RS/deda", "--json").error["code"] == "OIRU-2600"
    ok("report", "--operation", "day", "--publish", "--as", "AG/kora")
    sequence()


def export_of_the_log(folder: Path) -> None:
    """It holds, and can be checked elsewhere."""
    checked = ok("ledger", "verify", "--json").object
    assert checked["holds"]
    assert checked["problems"] == []
    assert ok("ledger", "status", "--as", "AG/ola", "--json").object["pending_leaves"] == 0
    done = ok(
        "ledger", "export", str(folder / "log"), "--operation", "day", "--as", "AG/kora", "--json"
    ).object
    assert done["opened"] > 0
    assert (folder / "log" / "verify.py").exists()
