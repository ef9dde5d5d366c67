"""One byte string for one JSON value: RFC 8785 (JCS) for the part of JSON that the ledger uses.

Taken are strings, integers within ±(2^53 - 1), booleans, null, lists and objects with string keys. Floats are
refused: two programs may print one number in two ways, and the ledger has no use for them. Keys are sorted
by their UTF-16 code units (RFC 8785 §3.2.3), which differs from Python's order once a key leaves the basic
plane.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Final, TypeAlias

from openiru.core.errors import InputError

#: What can be made canonical. Mappings and sequences are read, never kept.
Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

#: Largest integer that every JSON reader keeps exactly (RFC 8785 §3.2.2.3, RFC 7493 §2.2).
MAX_INTEGER: Final = 2**53 - 1
#: Deeper nesting is refused: no event of ours needs it, and a reader elsewhere may fall over it.
MAX_DEPTH: Final = 64

#: JSON.stringify and Python's own encoder escape the same characters in the same way.
_quote: Callable[[str], str] = encode_basestring


def jcs(value: Json) -> bytes:
    """The canonical UTF-8 bytes of ``value``; :class:`InputError` for anything outside the subset."""
    try:
        return _text(value, 0).encode()
    except UnicodeEncodeError:
        raise InputError(
            "a string holds half of a surrogate pair", hint="Repair the text before it is recorded."
        ) from None


def parse(body: bytes, *, where: str = "") -> Json:
    """The value ``body`` stands for; :class:`InputError` unless ``body`` is exactly its canonical form."""
    try:
        value: Json = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("these bytes are not JSON", where=where) from None
    if jcs(value) != body:
        raise InputError("this JSON is not in canonical form (RFC 8785)", where=where)
    return value


def _text(value: object, depth: int) -> str:
    # Exact types first: this function runs once for every value in the ledger.
    plain = _PLAIN.get(type(value))
    if plain is not None:
        return plain(value)
    if depth >= MAX_DEPTH:
        raise InputError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict) or isinstance(value, Mapping):  # noqa: SIM101 - the first is ten times faster
        return _object(value, depth + 1)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_text(part, depth + 1) for part in value]) + "]"
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, int):
        return _integer(value)
    raise InputError(
        f"a {type(value).__name__} has no canonical form here",
        hint="Use strings, integers, booleans, null, lists and objects; write a fraction as two integers.",
    )


def _integer(value: int) -> str:
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise InputError("an integer beyond 2^53 - 1 is not exact everywhere", hint="Write it as text.")
    return int.__repr__(value)


def _object(value: Mapping[str, object], depth: int) -> str:
    try:
        # ASCII keys sort alike in both orders; the dearer key function is for the rest.
        names = sorted(value) if all(map(str.isascii, value)) else sorted(value, key=_utf16)
    except TypeError:
        raise InputError("an object's key must be text") from None
    return "{" + ",".join([f"{_quote(name)}:{_text(value[name], depth)}" for name in names]) + "}"


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


_PLAIN: Final[dict[type, Callable[..., str]]] = {
    str: _quote,
    int: _integer,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
}
