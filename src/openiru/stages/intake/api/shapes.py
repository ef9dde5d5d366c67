"""What imports take and answer."""

from __future__ import annotations

import codecs
from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Field, Schema
from pydantic import AfterValidator, ConfigDict, Json

from openiru.core.intake.contribution import LONGEST_ADDRESS, LONGEST_TEXT, language_tag
from openiru.core.lifecycle import State
from openiru.core.vocabulary import Extent, Kind, Pap, Tlp
from openiru.foundation.operations.doorway import Moment, Paged, Text

#: So many rows come as JSON at a time; more come as a file.
MOST_ROWS = 5_000


def _language(written: str) -> str:
    tag = language_tag(written) if written else ""
    if written and not tag:
        raise ValueError("no language is called so; write sr, hr, sq …")
    return tag


def _mapping(given: dict[str, str]) -> dict[str, str]:
    name = given.get("encoding", "")
    try:
        codecs.lookup(name or "utf-8")
        bytes(range(128)).decode(name or "utf-8", "replace")
    except (LookupError, ValueError) as error:  # some encodings of Python are none of text, or of every text
        raise ValueError("there is no such encoding") from error
    return given


Name = Annotated[Text, Field(max_length=200)]
Words = Annotated[Text, Field(max_length=LONGEST_TEXT)]
Language = Annotated[Text, Field(max_length=60), AfterValidator(_language)]
Mapping = Annotated[
    dict[Annotated[Text, Field(max_length=40)], Name], Field(max_length=40), AfterValidator(_mapping)
]


class Defaults(Schema):
    """What holds for rows that do not say it themselves."""

    model_config = ConfigDict(extra="forbid")

    tlp: Tlp = Tlp.GREEN
    pap: Pap = Pap.GREEN
    language: Language = Field(
        default="", description="A tag or a name: sr, hrvatski, Albanian.", examples=["sr"]
    )


class ImportForm(Defaults):
    """What is said beside a file. A field that is not known is refused: a marking must not be lost."""

    purpose: Annotated[Text, Field(max_length=2_000)] = Field("", description="Why it is handed in.")
    format: Name = Field("", description="Name of a format; empty: it is recognised.", examples=["csv"])
    mapping: Json[Mapping] = Field(
        "{}",
        validate_default=True,
        description="Field -> column (by name, number from 1, or letter), and zone, sheet, encoding, delimiter.",
        examples=['{"address": "Link", "zone": "Europe/Belgrade"}'],
    )
    digest: str = Field(
        "",
        pattern=r"^(sha256:[0-9a-f]{64})?$",
        description="sha256:<hex> of the file: one that arrives otherwise is refused.",
    )


class RowIn(Schema):
    """One contribution. A field that is not known is refused: a marking must not be lost."""

    model_config = ConfigDict(extra="forbid")

    address: Annotated[Text, Field(min_length=1, max_length=LONGEST_ADDRESS)] = Field(
        examples=["https://t.me/openiru_demo/1"]
    )
    seen_at: Moment | None = Field(
        None, description="When the unit saw it.", examples=["2020-10-06T09:00:00+02:00"]
    )
    posted_at: Moment | None = Field(None, description="When it was posted, as its own platform says.")
    reason: Words = Field("", description="Why the unit contributes it.")
    quote: Words = Field("", description="Words of the content.")
    translation: Words = ""
    place: Words = Field("", description="Time code, page, message number inside the content.")
    title: Words = ""
    language: Words = Field("", description="As written; what is not understood is left out.")
    kind: Words = Field("", description="As written: video, post, канал.")
    group: Words = Field("", description="Organisation, as written.")
    brand: Words = Field("", description="Outlet, as written.")
    account: Words = Field("", description="Handle or address of the uploader.")
    digest: str = Field(
        "",
        pattern=r"^((md5|sha1|sha224|sha256|sha384|sha512|sha3-(224|256|384|512)):[0-9a-f]{32,128})?$",
        description="Digest of the content.",
    )
    tlp: Tlp | None = None
    pap: Pap | None = None
    restriction: Words = Field(
        "", description="The unit's own handling restriction.", examples=["own_unit_only"]
    )
    views: int | None = Field(None, ge=0, lt=2**63)
    source_ref: Words = Field("", description="The id that the row has in its own system.")
    note: Words = ""


class RowsIn(Schema):
    """Rows that are taken in as one import."""

    model_config = ConfigDict(extra="forbid")

    rows: list[RowIn] = Field(min_length=1, max_length=MOST_ROWS)
    name: Name = Field("api", description="What the import is called in lists.", examples=["evening-shift"])
    purpose: Annotated[Text, Field(max_length=2_000)] = Field("", description="Why it is handed in.")
    defaults: Defaults = Defaults()


class RefusedRow(Schema):
    """A row that is not taken, and why. ``row`` counts as a person would in the file; in JSON from 1."""

    row: int = Field(examples=[3])
    reason: str = Field(examples=["The row has no address."])


class Past(Schema):
    """Something of the import that was referred before, in whichever operation, and what became of it."""

    number: int = Field(description="Its row.")
    key: str
    referred_at: datetime
    state: State
    answer: str
    outcome: str
    here: bool = Field(description="In this operation.")


class _Answer(Schema):
    file: str
    format: str = Field(examples=["csv"])
    encoding: str
    delimiter: str
    columns: dict[str, str] = Field(description="Column of the file -> what it is taken for.")
    ignored: list[str]
    rows: int
    taken: int
    new: int = Field(description="Items that the operation did not have.")
    known: int = Field(description="Rows that brought no new item.")
    held: int = Field(description="Rows on whose item a hold stands.")
    refused: list[RefusedRow] = Field(description="At most 10,000; /imports/{id}/refused has all of them.")
    notes: list[str]
    earlier: list[Past]


class Taken(_Answer):
    """What an import did."""

    dry_run: bool = Field(False, examples=[False])
    import_id: UUID | None = Field(alias="import", description="Take it back with /imports/{id}/undo.")


class SampleRow(Schema):
    """One row as it would be taken. ``becomes``: new, known (somebody has brought it), again (this unit has)."""

    row: int
    key: str
    kind: Kind
    language: str
    canonical: str
    extent: Extent
    becomes: str = Field(examples=["new"])
    held: bool


class Tried(_Answer):
    """What an import would do. Nothing was written."""

    dry_run: bool = Field(True, examples=[True])
    sample: list[SampleRow] = Field(description="The first rows.")


class Counts(Schema):
    """What became of the rows of an import."""

    rows: int = 0
    taken: int = 0
    new: int = 0
    known: int = 0
    held: int = 0
    refused: int = 0


class ImportOut(Schema):
    """One import of the acting unit."""

    id: UUID
    file_name: str
    file_digest: str
    format: str
    encoding: str
    purpose: str
    counts: Counts
    notes: list[str]
    imported_at: datetime
    undone_at: datetime | None = None


class ImportsPage(Paged):
    """Imports of the acting unit into the operation, newest first."""

    rows: list[ImportOut]


class RefusedOut(RefusedRow):
    """A refused row as it was kept."""

    code: str = Field(examples=["OIRU-4001"])
    excerpt: str


class RefusedPage(Paged):
    """Refused rows of an import, by number."""

    rows: list[RefusedOut]


class Undone(Schema):
    """What taking an import back did."""

    import_id: UUID = Field(alias="import")
    contributions: int
    items_undone: int
    items_stay: int = Field(description="Others brought them too, or they were referred already.")
