"""The letter as plain text: LF line ends, at most 78 columns, addresses defanged, no personal names."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator
from typing import Final

from openiru.core.referral.catalogue import Texts, texts
from openiru.core.referral.letter import (
    ANSWER_COLUMNS,
    CODE_PLACE,
    LINK_PLACE,
    LetterFacts,
    Line,
    check_letter,
)
from openiru.core.vocabulary import ProtectedPurpose

#: Widest line, in characters.
WIDTH: Final = 78
_INDENT: Final = 17
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain_letter(facts: LetterFacts) -> str:
    """The whole letter. Raises :class:`UsageError` when ``facts`` cannot become one."""
    check_letter(facts)
    words = texts(facts.language)
    blocks = [
        *_head(facts, words),
        *_answer_page(facts, words),
        *_body(facts, words),
        *("\n".join(_line(line, words)) for line in facts.lines),
        *_foot(facts, words),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _head(facts: LetterFacts, words: Texts) -> Iterator[str]:
    notice = words.environment[facts.environment]
    yield _paragraph(notice)
    yield f"{words.labels['title']} {clean(facts.reference)}"
    sender = facts.sender
    rows = [
        ("from", f"{sender.unit}, {sender.authority}"),
        ("to", facts.provider),
        ("date", f"{facts.written_at:%Y-%m-%d %H:%M %Z}"),
        ("operation", facts.operation),
        ("contact", sender.contact),
        ("hours", sender.hours),
    ]
    yield "\n".join(_field(words.labels[name], text, indent="") for name, text in rows if text)


def _answer_page(facts: LetterFacts, words: Texts) -> Iterator[str]:
    """How to answer without a file. It stands before every word from outside: the first place is filled in, no other."""
    if facts.answer_at:
        yield _paragraph(words.answer_page)
        yield f"  {LINK_PLACE}\n  {words.labels['code']}: {CODE_PLACE}"
        yield _paragraph(words.is_it_genuine.format(page=f"{facts.answer_at}/notice"))


def _body(facts: LetterFacts, words: Texts) -> Iterator[str]:
    yield _paragraph(words.legal_nature)
    yield _paragraph(words.urgent) if facts.urgent else ""
    count = words.many_lines.format(count=len(facts.lines)) if len(facts.lines) > 1 else words.one_line
    yield _paragraph(words.opening.format(count=count))
    yield _paragraph(f"{words.own_ground[facts.sender.profile]} {facts.sender.own_ground}")
    if facts.contributors:
        yield _paragraph(words.contributors.format(units=", ".join(facts.contributors)))
    yield _paragraph(words.addresses_note)


def _line(line: Line, words: Texts) -> Iterator[str]:
    yield f"{words.labels['line']} {line.line}"
    law = [f"Art. {ground.value}: {words.grounds[ground]}" for ground in line.grounds]
    asked = ", ".join(words.exceptions[each] for each in ProtectedPurpose if each in line.exceptions)
    rows = [
        ("address", line.defanged),
        ("kind", line.kind.value),
        ("place", line.place),
        ("quote", f'"{line.quote}"' if line.quote else ""),
        ("translation", f'"{line.translation}"' if line.translation else ""),
        ("law", "; ".join(law)),
        ("national", line.national_law),
        ("rule", line.rule),
        ("exceptions", words.exceptions_none_apply.format(names=asked)),
        ("capture", _capture(line, words)),
        ("group", line.group),
        ("brand", line.brand),
    ]
    for name, text in rows:
        if text:
            yield _field(words.labels[name], text, indent="  ")


def _capture(line: Line, words: Texts) -> str:
    if line.captured_at is None:
        return words.not_captured
    return f"{line.captured_at:%Y-%m-%d %H:%M:%S %Z}, {line.capture_digest}"


def _foot(facts: LetterFacts, words: Texts) -> Iterator[str]:
    yield _paragraph(words.how_to_answer.format(columns=", ".join(ANSWER_COLUMNS)))
    yield _paragraph(words.user_may_be_told)
    yield _paragraph(words.redress)
    yield _paragraph(words.withdrawal)
    yield _paragraph(words.environment[facts.environment])


def _field(label: str, text: str, *, indent: str) -> str:
    head = f"{indent}{label}:".ljust(_INDENT)
    return _wrap(head + clean(text), " " * _INDENT)


def _paragraph(text: str) -> str:
    return _wrap(clean(text), "")


def _wrap(text: str, hanging: str) -> str:
    return textwrap.fill(
        text, WIDTH, subsequent_indent=hanging, break_on_hyphens=False, replace_whitespace=False
    )


def clean(text: str) -> str:
    r"""``text`` on one line, with control, format and unassigned characters written out as ``\u{...}``.

    Text from outside is hostile: a right-to-left override can make an address look like another one. Joiners
    that scripts need (ZWNJ, ZWJ) stay.
    """
    spaced = " ".join(text.split())
    if spaced.isascii() and spaced.isprintable():
        return spaced
    return "".join(
        c if c in "\u200c\u200d" or unicodedata.category(c) not in _UNSAFE else f"\\u{{{ord(c):x}}}"
        for c in spaced
    )
