"""The link and the code in a letter: made when it is prepared, put in when it leaves, and kept nowhere in between.

Both follow from the salt of the link's row and a key of the instance that no table holds: HMAC-SHA-256 (RFC 2104). The row has the
digests against which a visitor's secret and code are held (docs/decisions/0015).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from openiru.core.errors import IntegrityError
from openiru.core.referral.letter import CODE_PLACE, LINK_PLACE
from openiru.core.vocabulary import Environment
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import dicts, insert
from openiru.foundation.database.ids import new_ids
from openiru.ports.channel import Letter
from openiru.settings import CONFIG

#: How long a link works after its letter has left, by business time.
LASTS: Final = timedelta(days=90)
#: 160 bits: thirty-two letters and digits that survive every mail program, in either case.
_SECRET_BYTES: Final = 20
#: Crockford's alphabet: nothing in it is taken for anything else. Eight signs, 40 bits, and few tries a minute.
_CODE_SIGNS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_READ_AS: Final = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})
_CODE_LENGTH: Final = 8
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Given:
    """What a letter gives its reader: ``address`` opens the page, ``code`` lets in."""

    address: str
    code: str


def offered() -> bool:
    """Whether letters bear a link: a live desk has to have an address that others reach."""
    return CONFIG.environment is not Environment.LIVE or urlsplit(CONFIG.origin).hostname != "localhost"


def answer_at() -> str:
    """Where the page is, for a letter; empty when letters bear no link."""
    return CONFIG.origin if offered() else ""


def digest_of(secret: str) -> bytes:
    """The digest that opens, of a secret as it came in an address."""
    return hashlib.sha256(secret[:_MOST].lower().encode(errors="surrogatepass")).digest()


def code_digest(reference: str, code: str) -> bytes:
    """The digest of a code as somebody typed it, for this letter."""
    folded = code[:_MOST].lower().translate(_READ_AS)
    return _mac("check", reference.encode(errors="surrogatepass"), folded.encode(errors="surrogatepass"))


def _mac(purpose: str, *parts: bytes) -> bytes:
    """Under the key of the instance; parts are told apart by their lengths."""
    framed = b"".join(len(part).to_bytes(4) + part for part in (purpose.encode(), *parts))
    return hmac.new(CONFIG.secret("provider-links").encode(), framed, hashlib.sha256).digest()


def _secret(link: UUID, salt: bytes) -> str:
    return b32encode(_mac("link", link.bytes, salt)[:_SECRET_BYTES]).decode().lower()


def _code(link: UUID, salt: bytes) -> str:
    number = int.from_bytes(_mac("code", link.bytes, salt)[:_CODE_LENGTH])
    signs = "".join(_CODE_SIGNS[number >> 5 * at & 31] for at in range(_CODE_LENGTH))
    return f"{signs[:4]}-{signs[4:]}".upper()


def make(now: Now, letters: Sequence[tuple[UUID, str]]) -> dict[UUID, UUID]:
    """Links for letters (id, reference), at most one that works for each; the id of each letter's link. The caller tells the ledger."""
    rows: list[dict[str, Any]] = []
    for (referral, reference), new in zip(letters, new_ids(len(letters)), strict=True):
        salt = secrets.token_bytes(16)
        rows.append(
            {
                "id": new,
                "operation_id": now.by.operation,
                "referral_id": referral,
                "salt": salt,
                "digest": digest_of(_secret(new, salt)),
                "code_digest": code_digest(reference, _code(new, salt)),
                "made_at": now.at,
                "made_by": now.by.person,
                "expires_at": now.at + LASTS,
                "withdrawn_at": None,
                "withdrawn_why": "",
            }
        )
    insert(now.cursor, "referral_link", rows)
    return {row["referral_id"]: row["id"] for row in rows}


def working(now: Now, referral: UUID) -> dict[str, Any] | None:
    """The row of a letter's link, locked; None when it has none that was not withdrawn."""
    now.cursor.execute(
        "SELECT * FROM referral_link WHERE referral_id = %s AND withdrawn_at IS NULL FOR UPDATE", [referral]
    )
    return next(iter(dicts(now.cursor)), None)


def given(link: Mapping[str, Any]) -> Given:
    """What the letter says of a link. IntegrityError when the key of the instance is not the one it was made with."""
    salt = bytes(link["salt"])
    secret = _secret(link["id"], salt)
    if not hmac.compare_digest(digest_of(secret), bytes(link["digest"])):
        raise IntegrityError(
            "the link of this letter was made with another key of the instance",
            where="secrets/provider-links",
            hint="Put the key back from the backup, or make a new link: openiru referral link REFERENCE.",
        )
    return Given(f"{CONFIG.origin}/p/{secret}", _code(link["id"], salt))


def leaves(now: Now, row: Mapping[str, Any], letter: Letter) -> tuple[Letter, tuple[tuple[str, UUID], ...]]:
    """The letter as it leaves now, and the rows that this writes: its link lasts from now on."""
    link = working(now, row["id"])
    if link is None:
        return letter, ()
    whole = filled(letter, given(link))
    now.cursor.execute("UPDATE referral_link SET expires_at = %s WHERE id = %s", [now.at + LASTS, link["id"]])
    return whole, (("referral_link", link["id"]),)


def filled(letter: Letter, what: Given) -> Letter:
    """``letter`` with link and code in their two lines, the first of the kind, and nothing else of it changed."""
    head, place, tail = letter.text.partition(f"  {LINK_PLACE}\n")
    if not place:
        return letter
    line, end, rest = tail.partition("\n")
    lines = f"  {what.address}\n{line.replace(CODE_PLACE, what.code)}"
    return replace(letter, text=head + lines + end + rest)
