# ruff: noqa: S603 - our own interpreter and a program of this file
"""The catalogue of bad sheets: each is right to the row, or a clear error; memory stays bounded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.adapters.formats.bad_sheets import Case, catalogue
from tests.adapters.formats.sheets import read, write

from openiru.core.errors import InputError

ROOT = Path(__file__).resolve().parents[3]
_LONG = ("million", "laughs", "bomb", "10 MB", "broken quotes")


def check(case: Case, folder: Path) -> None:
    """Hold one case against its verdict."""
    path = write(folder, case.data, f"sheet.{case.form}")
    if case.taken is None:
        with pytest.raises(InputError) as caught:
            read(path, case.form)
        assert caught.value.message
        return
    try:
        rows, refused, _ = read(path, case.form)
    except InputError:
        assert case.name.startswith("noise")
        return
    if case.name.startswith("noise"):
        assert rows or refused
        return
    assert tuple(row.number for row in rows) == case.taken
    assert tuple(item.number for item in refused) == case.refused
    assert all(item.reason for item in refused)


SAMPLE = [case for case in catalogue(8) if not any(word in case.name for word in _LONG)]


@pytest.mark.parametrize("case", SAMPLE, ids=[case.name for case in SAMPLE])
def test_a_bad_sheet_is_right_to_the_row_or_a_clear_error(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)
    assert list(tmp_path.iterdir()) == [tmp_path / f"sheet.{case.form}"]  # nothing else was written


@pytest.mark.campaign
def test_the_whole_catalogue_keeps_within_256_mib(tmp_path: Path) -> None:
    """In a process of its own, so that its peak is its own; files are made by this one."""
    cases = catalogue()
    assert len(cases) >= 120
    for case in cases:
        check(case, tmp_path)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from openiru.adapters.formats.detect import reader_for\n"
        "from openiru.core.errors import OpenIruError\n"
        "for line in sys.stdin:\n"
        "    form, name = line.split()\n"
        "    try:\n"
        "        for row in reader_for(Path(name), form).read(Path(name)): pass\n"
        "    except OpenIruError: pass\n"
        # Not ru_maxrss: that one remembers the process that started this one.
        "own = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(own.split()[1])\n"
    )
    orders = []
    for number, case in enumerate(cases):
        orders.append(f"{case.form} {write(tmp_path, case.data, f'{number}.{case.form}')}")
    found = subprocess.run(
        [sys.executable, "-c", code],
        input="\n".join(orders),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=dict(os.environ),
    )
    peak = int(found.stdout.split()[-1]) >> 10
    assert peak < 256, f"{peak} MiB"
