"""The public statement: sentences whose every number is a figure and whose every verb its figure carries."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from typing import Final

from openiru.core.errors import RefusedError
from openiru.core.impact.numbers import NumberFormat, Qualifier, round_for
from openiru.core.impact.rates import Rate
from openiru.core.impact.report import Figure, Report
from openiru.core.impact.verbs import ensure_not_stronger, verbs_in
from openiru.core.vocabulary import Environment

#: Words for a qualifier, in English.
WORDS: Final[dict[Qualifier, str]] = {
    Qualifier.EXACT: "",
    Qualifier.AT_LEAST: "at least ",
    Qualifier.OVER: "over ",
    Qualifier.ABOUT: "about ",
}

#: The sentences of the usual statement. A slot is a figure; after the colon: how exactly it is said.
SENTENCES: Final = (
    "{units} contributed to the operation.",
    "{contributed} were collected; behind them are {distinct} that differ.",
    "{duplicates_prevented} were found to name what another one had named.",
    "{held} were found to be held for other work of the authorities.",
    "{assessed} were assessed by law.",
    "{not_referred} were not referred.",
    "{referred} on {platforms} were referred to {providers}.",
    "{answered} were answered by the providers.",
    "{removal_rate} were verified gone.",
    "{reinstated} were answered with a lawful reinstatement.",
)

#: Sentences without figures. They have no verb of the table.
ENVELOPE: Final = (
    "A referral is for the voluntary consideration of a provider. The decision rests with the providers."
)
NOTICE: Final[dict[Environment, str]] = {
    Environment.LIVE: "",
    Environment.EXERCISE: "Exercise: nothing in this statement is real.",
    Environment.DEMO: "Invented data: nothing in this statement is real.",
}


def say(template: str, figures: Mapping[str, Figure], fmt: NumberFormat) -> str:
    """One sentence from ``template``, whose slots are ``{figure}`` or ``{figure:over}``.

    Every verb of the sentence must be carried by *each* of its figures: split a sentence that says two things.
    Raises :class:`RefusedError` for a verb stronger than a figure, a verb without a figure, a number written
    by hand, an unknown figure, or a qualifier that is not true.
    """
    said, words, used = [], [], []
    for text, name, spec, conversion in string.Formatter().parse(template):
        if any(character.isdigit() for character in text):
            raise RefusedError("a number in a statement comes from a figure", where=template)
        said.append(text)
        words.append(text)
        if name is None:
            continue
        if conversion or name not in figures:
            raise RefusedError(f"there is no figure {name!r}", where=template)
        used.append(figures[name])
        said.append(_number(figures[name], spec or "exact", fmt, where=template))
        words.append(" ")
    verbs = verbs_in("".join(words))
    if verbs and not used:
        raise RefusedError("a verb needs a figure", where=template)
    if used and not verbs:
        raise RefusedError("a figure needs a verb of the table", where=template)
    for figure in used:
        ensure_not_stronger("".join(words), figure.verb, where=template)
    return _agreeing("".join(said), used)


def _agreeing(sentence: str, used: list[Figure]) -> str:
    """One item *was* referred."""
    return sentence.replace(" were ", " was ", 1) if used and used[0].value == 1 else sentence


def _number(figure: Figure, spec: str, fmt: NumberFormat, *, where: str) -> str:
    if isinstance(figure.value, Rate):
        return _rate(figure.value, figure, fmt)
    try:
        wanted = Qualifier(spec)
    except ValueError:
        raise RefusedError(f"{spec!r} is not a qualifier", where=where) from None
    if figure.qualifier is not Qualifier.EXACT:
        wanted = figure.qualifier  # what is only known from below is never said exactly
    stated = round_for(wanted, figure.value)
    unit = figure.unit.removesuffix("s") if figure.value == 1 else figure.unit
    return f"{WORDS[wanted]}{fmt.whole(stated)} {unit}"


def _rate(rate: Rate, figure: Figure, fmt: NumberFormat) -> str:
    share = f"{fmt.whole(rate.numerator)} of {fmt.whole(rate.denominator)} {figure.of or figure.unit}"
    if rate.low == rate.high:
        return f"{share} ({fmt.share(rate.low)})"
    return f"{share} ({fmt.share(rate.low)}; band {fmt.share(rate.low)} to {fmt.share(rate.high)})"


def public_statement(
    report: Report, fmt: NumberFormat, sentences: tuple[str, ...] = SENTENCES
) -> tuple[str, ...]:
    """The statement of ``report``: notice, sentences whose figures are there and not zero, envelope, as-of."""
    return tuple(_statement(report, fmt, sentences))


def _statement(report: Report, fmt: NumberFormat, sentences: tuple[str, ...]) -> Iterator[str]:
    if notice := NOTICE[report.environment]:
        yield notice
    shown = {figure.id: figure for figure in report.figures if figure.value}
    for template in sentences:
        names = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
        if names <= shown.keys():
            yield say(template, shown, fmt)
    yield ENVELOPE
    yield f"Figures as of ledger size {fmt.whole(report.as_of.size)}, {report.as_of.time:%Y-%m-%d %H:%M %Z}."
