"""openiru address itself: it answers in the time that the engine takes, so no library of the command line is read here."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from openiru.core.errors import UsageError
from openiru.entrypoints.cli.output import ATTENTION, DONE, Output, harmless

if TYPE_CHECKING:
    from openiru.engines.addresses import Address

LONGEST_LINE = 1_000_000


def plain(words: Sequence[str]) -> int | None:
    """The answer to ``openiru address`` with these words; None when it takes the library of the command line to read them."""
    options = [word for word in words if word.startswith("-") and word != "-"]
    if any(option != "--json" for option in options):
        return None
    return keys([word for word in words if word != "--json"], json=bool(options))


def keys(urls: Sequence[str], *, json: bool) -> int:
    """Show the key of each address (none or ``-``: from stdin); the exit code."""
    from openiru.engines.addresses import (  # noqa: PLC0415 - the engine is read when it is needed
        AddressError,
        try_canonicalise,
    )

    out = Output(as_json=json)
    given = iter(urls) if urls and list(urls) != ["-"] else _lines(sys.stdin)
    bad = 0
    for raw in given:
        found = try_canonicalise(raw)
        if isinstance(found, AddressError):
            bad += 1
            out.answer(
                {"input": raw, "error": found.as_dict()},
                f"{harmless(raw, 200)}",
                f"  no address: {found.message}",
            )
            continue
        out.answer(found.as_dict(), *_text(found))
    return ATTENTION if bad else DONE


def _lines(source: TextIO) -> Iterator[str]:
    if source.isatty():
        raise UsageError("no address was given", hint="openiru address URL, or one address a line on stdin")
    raw = getattr(source, "buffer", None)
    while line := (
        raw.readline(LONGEST_LINE).decode("utf-8", "replace") if raw else source.readline(LONGEST_LINE)
    ):
        if text := line.strip("\r\n"):
            yield text


def _text(found: Address) -> Iterator[str]:
    yield harmless(found.input, 200)
    yield f"  key        {found.key}"
    yield f"  shown as   {found.defanged}"
    yield f"  platform   {found.platform}, {found.kind.value}, extent {found.extent.value}"
    if found.account:
        yield f"  account    {found.account}"
    yield f"  why        {found.why}"
    if found.needs_resolving:
        yield "  a shortener: openiru item resolve follows it"
