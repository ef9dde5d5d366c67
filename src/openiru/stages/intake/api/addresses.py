"""What an address is: the engine alone, nothing is read or written."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from openiru.core.intake.contribution import LONGEST_ADDRESS
from openiru.core.vocabulary import Extent, Kind
from openiru.engines.addresses import AddressError, canonicalise_many
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    IdempotencyKey,
    Row,
    Text,
    asker,
    refused_row,
    responses,
)

router = Router(tags=["Addresses"])


class AddressesIn(Schema):
    """Texts, each of which is taken for one address."""

    texts: list[Annotated[Text, Field(max_length=LONGEST_ADDRESS)]] = Field(
        min_length=1, max_length=1_000, examples=[["hxxps://t[.]me/openiru_demo/1", "no address"]]
    )


class AddressOut(Schema):
    """One place on the net. ``key`` is the same for every spelling of it."""

    input: str
    key: str = Field(examples=["telegram:post:openiru_demo/1"])
    platform: str = Field(examples=["telegram"])
    kind: Kind
    canonical: str = Field(examples=["https://t.me/openiru_demo/1"])
    defanged: str = Field(examples=["hxxps://t[.]me/openiru_demo/1"])
    extent: Extent = Field(description="How much it covers; only `item` is referred the ordinary way.")
    why: str = Field(description="Why it has this extent, in plain words.")
    account: str = Field(description="Key of the account or channel it belongs to; empty when unknown.")
    host: str
    registrable: str
    needs_resolving: bool = Field(description="A shortener: it is followed before anyone decides about it.")


class AddressRow(Row):
    """What one text is: an address, or a problem that says why it is none."""

    address: AddressOut | None = None


@router.post(
    "/addresses", response=responses({207: list[AddressRow]}), auth=Asks(), operation_id="read_addresses"
)
def read_addresses(request: HttpRequest, key: IdempotencyKey, body: AddressesIn) -> Any:  # noqa: ARG001 - nothing is done that could be done twice
    """Key, platform, kind, extent and the spellings of addresses, row by row. Nothing is read, written or remembered."""
    asker(request)
    rows = []
    for index, found in enumerate(canonicalise_many(body.texts)):
        if isinstance(found, AddressError):
            rows.append(refused_row(index, found))
        else:
            rows.append({"index": index, "status": 200, "address": found.as_dict()})
    return Status(207, rows)
