"""scenario.json read: which programs to start, who does what when, and what is known to be true of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import orjson

from openiru.core.errors import InputError, NotFoundError

NAME: Final = "scenario.json"
_PLACE: Final = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)\}")


def default_folder() -> Path:
    """The scenario that lies beside the source."""
    return Path(__file__).parents[4] / "examples" / "action-day"


def filled(text: str, values: Mapping[str, Any]) -> str:
    """``text`` with ``{name}`` and ``{name.part}`` filled in. Raises InputError for a name that nobody gave."""

    def one(match: re.Match[str]) -> str:
        found: Any = values
        for part in match[1].split("."):
            if not isinstance(found, Mapping) or part not in found:
                raise InputError(f"the scenario asks for {match[0]}, which nobody gives", where=NAME)
            found = found[part]
        return str(found)

    return _PLACE.sub(one, text)


def read_json(path: Path) -> Any:
    """A JSON file of a scenario. Raises NotFoundError and InputError naming it."""
    try:
        return orjson.loads(path.read_bytes())
    except OSError as error:
        raise NotFoundError(f"the scenario has no {path.name}", where=str(path)) from error
    except orjson.JSONDecodeError as error:
        raise InputError(f"this is no JSON: {error}", where=str(path)) from error


@dataclass(frozen=True)
class Scenario:
    """A scenario's directory. ``files``: where its data lies, the directory itself or one that was made anew."""

    folder: Path
    data: Mapping[str, Any]
    files: Path
    values: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def load(folder: Path) -> Scenario:
        """Read it. Raises NotFoundError that says where one would be."""
        if not (folder / NAME).is_file():
            raise NotFoundError(
                "there is no scenario to play here",
                where=str(folder),
                hint="Work from the source tree, or name one with --scenario DIR (a directory with scenario.json).",
            )
        return Scenario(folder, read_json(folder / NAME), folder)

    def text(self, template: str) -> str:
        """A text of the scenario with its places filled in."""
        return filled(template, self.values)

    def who(self, role: str, unit: str = "") -> str:
        """``UNIT/handle`` of whoever plays a part; ``unit`` for parts that every unit has."""
        return filled(str(self.data["cast"][role]), {"unit": unit, "low": unit.lower()})

    def pair(self, unit: str) -> tuple[str, ...]:
        """The two who assess what ``unit`` brought."""
        return tuple(
            filled(name, {"unit": unit, "low": unit.lower()}) for name in self.data["cast"]["assesses"]
        )

    def when(self, name: str) -> datetime:
        """A moment of the day, aware."""
        return datetime.fromisoformat(self.data["day"][name])

    def until(self, name: str) -> datetime | None:
        """How far the clock may run while the work of a step goes on; None: it stands meanwhile."""
        found = self.data["day"].get(f"{name}_runs_to")
        return datetime.fromisoformat(found) if found else None

    @property
    def rate(self) -> Decimal:
        """Seconds of the played day in a second on the wall, while the clock runs."""
        return Decimal(self.data["clock"]["rate"])

    def word(self, name: str) -> str:
        """A text that played people write."""
        return str(self.data["words"][name])

    @cached_property
    def expected(self) -> dict[str, Any]:
        """What is true of the files: counts, refused rows, holds, what each assessor says."""
        found: dict[str, Any] = read_json(self.files / "expected.json")
        return found

    @cached_property
    def operation(self) -> dict[str, Any]:
        """The operation and its files."""
        found: dict[str, Any] = read_json(self.files / "operation.json")
        return found

    @property
    def pace(self) -> Mapping[str, Any]:
        """How often the played day stops to look: seldom where there is very much to look at."""
        found: Mapping[str, Any] = next(
            one for one in self.data["steps"] if self.expected["distinct"] <= one["up_to_items"]
        )
        return found

    def steps(self, start: datetime) -> list[datetime]:
        """When the played day stops to look, from ``start`` to its end."""
        plan = self.pace
        ends, found = self.when("ends"), [start + timedelta(minutes=each) for each in plan["minutes"]]
        while found[-1] + timedelta(minutes=plan["then_every"]) < ends:
            found.append(found[-1] + timedelta(minutes=plan["then_every"]))
        return [*(each for each in found if each < ends), ends]
