"""Templates of the rules: ``/{user}/status/{id:digits}`` becomes one anchored regular expression."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from openiru.core.errors import SettingError

TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "any": r"[^/]+",
        "digits": r"[0-9]+",
        "hex": r"[0-9A-Fa-f]+",
        "word": r"[A-Za-z0-9_-]+",
        "rest": r".+",
        "uuid": r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
        "cid": r"(?:Qm[1-9A-HJ-NP-Za-km-z]{44}|[bBzkKfFuUm][A-Za-z0-9_=-]{40,})",
        "host": r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
    }
)
_PART: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")
#: The first segment of a template when it is literal up to its slash, or up to a part behind an ``@``.
_FIRST: Final = re.compile(r"/([^/{}]*)(/|$|(?=\{))")
WILD: Final = "*"
#: Signs before a name in a first segment, under which the rules are sorted too.
SIGNS: Final = ("@", "+")


def compile_template(
    template: str, types: Mapping[str, str], *, fold: bool = False, path: bool = False
) -> re.Pattern[str]:
    """The expression for a template; every part becomes a named group. Unknown types raise ``SettingError``."""
    more = path and template.endswith("/...")
    body = template.removesuffix("/...") if more else template
    out: list[str] = []
    at = 0
    for part in _PART.finditer(body):
        out.append(re.escape(body[at : part.start()]))
        out.append(f"(?P<{part.group(1)}>{_type(part.group(2) or 'any', types)})")
        at = part.end()
    literal = body[at:]
    out.append(re.escape(literal.rstrip("/") if path else literal))
    if path:
        out.append("(?:/.*)?" if more else "/?")
    return re.compile("".join(out), re.IGNORECASE | re.DOTALL if fold else re.DOTALL)


def compile_type(name: str, types: Mapping[str, str]) -> re.Pattern[str]:
    """The expression of one type, for a query parameter or a sub-domain."""
    return re.compile(_type(name, types), re.DOTALL)


def parts_of(template: str) -> set[str]:
    """The names of the parts in a template."""
    return {m.group(1) for m in _PART.finditer(template)}


def first_segment(template: str) -> str:
    """What the first segment must be: a literal, ``@`` for ``@{user}``, or ``*`` for anything."""
    hit = _FIRST.match(template)
    if hit is None:
        return WILD
    literal, end = hit.groups()
    if end or not template[hit.end() :].startswith("{"):
        return WILD if literal == "..." else literal
    return literal[0] if literal.startswith(SIGNS) else WILD


def _type(name: str, types: Mapping[str, str]) -> str:
    expression = types.get(name) or TYPES.get(name)
    if expression is None:
        raise SettingError(
            f"A rule uses the type {name!r}, which nothing defines.", hint="Add it under [platform.types]."
        )
    return f"(?:{expression})"
