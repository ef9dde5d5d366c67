"""A reference in the database points where an import may point: to the same app, or to one below."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.house.source import PACKAGE, ROOT

#: From the ground up, as in .importlinter. Apps on one line may not refer to each other.
ORDER = [
    ["database"],
    ["ledger"],
    ["people"],
    ["operations", "directory"],
    ["registry"],
    ["vault"],
    ["intake"],
    ["evidence"],
    ["matching"],
    ["assessment"],
    ["referral"],
    ["verification"],
    ["impact"],
    ["networks", "serverlogs"],
]
LEVEL = {app: level for level, apps in enumerate(ORDER) for app in apps}
REFERENCE = re.compile(r"\bREFERENCES\s+(?:public\.)?\"?([a-z]+)_\w+", re.IGNORECASE)
MODELS = """
import json, django
django.setup()
from django.apps import apps
print(json.dumps([
    (model._meta.app_label, model.__name__, field.name, field.related_model._meta.app_label)
    for model in apps.get_models()
    for field in model._meta.get_fields()
    if field.is_relation and field.concrete and field.related_model is not None
]))
"""


def may_refer(source: str, target: str) -> bool:
    return source == target or LEVEL[target] < LEVEL[source]


def test_every_app_of_the_house_has_its_level() -> None:
    apps = {
        path.parent.name for room in ("foundation", "stages") for path in (PACKAGE / room).glob("*/apps.py")
    }
    assert apps <= set(LEVEL)


def test_references_in_migrations_point_down() -> None:
    found, seen = [], 0
    for path in sorted(PACKAGE.glob("*/*/migrations/*")):
        if path.suffix not in {".py", ".sql"}:
            continue
        app = path.parent.parent.name
        for target in REFERENCE.findall(path.read_text(encoding="utf-8")):
            seen += 1
            if not may_refer(app, target):
                found.append(f"{path.relative_to(ROOT)} refers to {target}")
    assert found == []
    assert seen > 0


def test_relations_of_the_models_point_down(tmp_path: Path) -> None:
    """In a process of its own, with a data directory of its own: asking for the models must change nothing here."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENIRU_")}
    environment |= {"DJANGO_SETTINGS_MODULE": "openiru.settings", "OPENIRU_DATA_DIR": str(tmp_path)}
    ran = subprocess.run(  # noqa: S603 - our own interpreter, our own text
        [sys.executable, "-c", MODELS],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment,
    )
    assert ran.returncode == 0, ran.stderr
    relations = [tuple(row) for row in json.loads(ran.stdout)]
    ours = [row for row in relations if row[0] in LEVEL]
    assert [row for row in ours if row[3] not in LEVEL or not may_refer(row[0], row[3])] == []
