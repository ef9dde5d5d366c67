"""Providers' answers come in: rows in the vocabulary of the DSA Transparency Database, or a file as the provider sent it."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from django.http import HttpRequest
from ninja import Field, Query, Schema, Status

from openiru.core.errors import InputError
from openiru.core.referral.answer_files import AnswerRow
from openiru.core.referral.answers import Reading
from openiru.foundation.database.acting import By
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    IdempotencyKey,
    Row,
    Text,
    asker_in,
    once,
    refused_row,
    responses,
)
from openiru.stages.referral import commands
from openiru.stages.referral.answering import AnswerRead, Answers
from openiru.stages.referral.api.door import router
from openiru.stages.referral.api.shapes import LineNumber
from openiru.stages.referral.reading import read_answers, source_of

#: What became of a row -> its status.
_STATUS = {Reading.NEW: 201, Reading.NEW_VERSION: 201, Reading.SAME: 200}


class AnswerIn(Schema):
    """What a provider says of one line."""

    reference: Text = Field(max_length=200, examples=["HR-2020-000001"])
    line: LineNumber
    decision: Text = Field(
        max_length=200,
        description="A value of the vocabulary, or one of the words that an answer file may bear.",
        examples=["DECISION_VISIBILITY_CONTENT_REMOVED"],
    )
    url_or_key: Text = Field("", max_length=8_000, description="If given, it must be what stood on the line.")
    ground: Text = Field("", max_length=5_000)
    ground_reference: Text = Field("", max_length=5_000)
    explanation: Text = Field("", max_length=5_000)
    decided_at: Text = Field(
        "", max_length=64, description="RFC 3339, with its offset.", examples=["2020-10-06T09:00:00Z"]
    )
    puid: Text = Field("", max_length=5_000, description="Number of the provider's statement of reasons.")


class AnswersIn(Schema):
    """Answers, each to one line. ``provider``: its slug, when it is known who answers."""

    provider: Text = Field("", max_length=200)
    answers: list[AnswerIn] = Field(min_length=1, max_length=5_000)


class AnswerTold(Row):
    """One row: taken (201), known already (200), or refused (422) and kept apart with its reason."""

    number: int = Field(description="Row of the file, as the file counts; in a body from 1.")
    reference: str
    line: str
    reading: str = Field(examples=["new", "new_version", "same", "refused"])


class AnswersOut(Schema):
    """What became of the rows. Of a file only the rows that were refused are told one by one."""

    total: int
    taken: int
    repeated: int
    refused: int
    rows: list[AnswerTold]


@router.post(
    "/operations/{operation}/answers",
    response=responses({207: AnswersOut}),
    auth=Asks("referral.answer"),
    operation_id="take_answers",
)
def take_answers(request: HttpRequest, operation: str, key: IdempotencyKey, body: AnswersIn) -> Any:
    """Take a provider's answers, row by row. The same row again is known and changes nothing; another word is a new version."""
    by = asker_in(request, operation)
    cells = [{name: str(value) for name, value in one.dict().items()} for one in body.answers]

    def do() -> Any:
        rows = [AnswerRow(number, one) for number, one in enumerate(cells, 1)]
        source = source_of(orjson.dumps(cells, option=orjson.OPT_SORT_KEYS))
        return _told(commands.answer(by=by, rows=rows, source=source, provider=body.provider))

    return Status(207, once(by, key, "take_answers", body.dict(), do))


@router.post(
    "/operations/{operation}/answers/file",
    response=responses({207: AnswersOut}),
    auth=Asks("referral.answer"),
    operation_id="take_answer_file",
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "The file itself: CSV or JSON with the columns of the answer form, in any usual encoding, to 5 MB.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def take_answer_file(
    request: HttpRequest,
    operation: str,
    key: IdempotencyKey,
    provider: Annotated[
        Text, Query("", max_length=200, description="Its slug, when it is known who answers.")
    ] = "",
) -> Any:
    """Take the file that a provider sent back; the body is the file. Rows that were refused are told one by one."""
    by = asker_in(request, operation)
    data = request.body
    source = source_of(data)

    def do() -> Any:
        return _told(_take_file(by, data, source, provider), all_rows=False)

    return Status(207, once(by, key, "take_answer_file", {"file": source, "provider": provider}, do))


def _take_file(by: By, data: bytes, source: str, provider: str) -> Answers:
    return commands.answer(by=by, rows=read_answers(data), source=source, provider=provider)


def _told(done: Answers, *, all_rows: bool = True) -> dict[str, Any]:
    counts = done.counts
    return {
        "total": counts["rows"],
        "taken": counts["taken"],
        "repeated": counts["repeated"],
        "refused": counts["refused"],
        "rows": [
            _row(index, one)
            for index, one in enumerate(done.rows)
            if all_rows or one.reading is Reading.REFUSED
        ],
    }


def _row(index: int, one: AnswerRead) -> dict[str, Any]:
    told = {
        "number": one.number,
        "reference": one.reference,
        "line": one.line,
        "reading": one.reading.value,
    }
    if one.reading is not Reading.REFUSED:
        return {"index": index, "status": _STATUS[one.reading], **told}
    error = InputError(
        one.message,
        where=f"row {one.number}",
        saved="The row was kept apart with this reason.",
        code=f"OIRU-40/{one.code}",
    )
    return refused_row(index, error) | told
