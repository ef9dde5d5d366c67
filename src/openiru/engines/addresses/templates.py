"""Templates of the rules: ``/{user}/status/{id:digits}`` becomes one anchored regular expression."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from string import Formatter
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
#: What stands between the texts that a rule writes; no address holds it.
BETWEEN: Final = "\0"
_BACK_REFERENCE: Final = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")
_WORDS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*+(?:\|[A-Za-z0-9][A-Za-z0-9_-]*+)*+")
#: What Unicode holds for further cases of ASCII letters.
_MORE_CASES: Final = MappingProxyType({"i": "\u0130\u0131", "k": "\u212a", "s": "\u017f"})
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


def compile_texts(templates: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Several output templates as one ``%`` format with ``BETWEEN`` in between, and the parts it takes, in their order.

    A format is filled several times faster than a template. It always takes at least one part: the empty name stands
    for nothing. ``SettingError`` for anything but plain ``{name}`` parts.
    """
    form: list[str] = []
    names: list[str] = []
    for number, template in enumerate(templates):
        form.append(BETWEEN if number else "")
        for literal, name, spec, conversion in _pieces(template):
            form.append(literal.replace("%", "%%"))
            if name is None:
                continue
            if spec or conversion or not name.isidentifier():
                raise SettingError(f"A rule writes {template!r}: a part must be a plain name.")
            form.append("%s")
            names.append(name)
    return ("".join(form), tuple(names)) if names else ("".join(form) + "%.0s", ("",))


def _pieces(template: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        pieces = list(Formatter().parse(template))
    except ValueError as err:
        raise SettingError(f"A rule writes {template!r}: {err}.") from err
    if BETWEEN in template:
        raise SettingError(f"A rule writes {template!r}: it holds a control character.")
    return pieces


def any_word(words: str) -> str:
    """The expression for ``a|b|c`` without regard to case, sorted by first letter so that most are not even tried.

    Anything but plain words stays as it is.
    """
    if not _WORDS.fullmatch(words):
        return f"(?i:{words})"
    tails: dict[str, list[str]] = {}
    for word in words.split("|"):
        tails.setdefault(word[0].lower(), []).append(re.escape(word[1:]))
    pieces = (f"[{c}{c.upper()}{_MORE_CASES.get(c, '')}](?i:{'|'.join(tail)})" for c, tail in tails.items())
    return f"(?:{'|'.join(pieces)})"


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
    if _BACK_REFERENCE.search(expression):
        raise SettingError(
            f"The type {name!r} refers back to a group: the rules are tried as one expression."
        )
    return f"(?:{expression})"
