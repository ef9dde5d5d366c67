"""What came back by mail, taken: bounces by Message-ID, answers from attached tables. A machine's reply decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any

from openiru.core.errors import InputError, UsageError
from openiru.foundation.database.acting import By
from openiru.ports.mailbox import Answer, Bounce, Failure, Incoming, Mailbox
from openiru.stages.referral import commands
from openiru.stages.referral.answering import Answers
from openiru.stages.referral.reading import read_answers, source_of


@dataclass(slots=True)
class Collected:
    """What a mailbox held. ``for_people``: (place, subject or reason) of mails that only a person can read."""

    mails: int = 0
    bounced: list[str] = field(default_factory=list)
    answers: list[Answers] = field(default_factory=list)
    automatic: int = 0
    for_people: list[tuple[str, str]] = field(default_factory=list)


def mailbox(name: str, directory: str) -> Mailbox:
    """A mailbox through its entry point (group ``openiru.mailboxes``). UsageError when there is none of that name."""
    found = {point.name: point for point in entry_points(group="openiru.mailboxes")}
    if name not in found:
        raise UsageError(
            f"there is no mailbox of the kind {name!r}", hint=f"Kinds: {', '.join(sorted(found))}."
        )
    kind: Any = found[name].load()
    built: Mailbox = kind.build({"directory": directory})
    if reason := built.usable():
        raise UsageError(f"the mailbox cannot be used: {reason}")
    return built


def collect(*, by: By, box: Mailbox) -> Collected:
    """Take everything that is unread. A mail is settled once what it says is committed; taken twice it changes nothing."""
    done = Collected()
    for place, mail in box.unread():
        done.mails += 1
        if _take(by, place, mail, done):
            box.settle(place)
    return done


def _take(by: By, place: str, mail: Incoming, done: Collected) -> bool:
    """Whether the mail is dealt with. What only a person can read stays where it is."""
    if isinstance(mail, Bounce):
        return _bounce(by, place, mail, done)
    if isinstance(mail, Answer):
        return _answer(by, place, mail, done)
    if hasattr(mail, "reason"):
        done.for_people.append((place, mail.reason))
        return False
    done.automatic += 1
    return True


def _bounce(by: By, place: str, mail: Bounce, done: Collected) -> bool:
    said = "; ".join(_said(one) for one in mail.failures) or mail.head.subject
    (reference,) = commands.bounce(by=by, mails=[(mail.head.matches[:20], said)])
    if not reference:
        done.for_people.append((place, "a bounce of no letter of this operation"))
        return False
    done.bounced.append(reference)
    return True


def _said(failure: Failure) -> str:
    return " ".join(part for part in (failure.recipient, failure.status, failure.diagnostic) if part)


def _answer(by: By, place: str, mail: Answer, done: Collected) -> bool:
    if not mail.tables:
        done.for_people.append((place, mail.head.subject or "an answer in words"))
        return False
    for table in mail.tables:
        try:
            rows = read_answers(table.content)
        except InputError as error:
            done.for_people.append((place, f"{table.name}: {error.message}"))
            return False
        done.answers.append(commands.answer(by=by, rows=rows, source=source_of(table.content)))
        if done.answers[-1].nothing_known:
            done.for_people.append((place, f"{table.name}: no reference of this operation"))
            return False
    return True
