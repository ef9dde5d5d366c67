"""Figures and statements through the programming interface, as of any size of the log or any time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from openiru.core.impact.digest import figures_digest
from openiru.core.impact.numbers import FORMATS
from openiru.core.impact.report import Report
from openiru.foundation.database.acting import By, acting
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    Moment,
    Paged,
    Text,
    asker,
    asker_in,
    by_id,
    id_of,
    once,
    page_of,
    responses,
)
from openiru.foundation.operations.queries import by_slug
from openiru.foundation.people.permissions import require
from openiru.stages.impact import commands, queries, rendering

router = Router(tags=["Figures"])
Size = Annotated[int, Field(ge=0, le=2**53)]
Slug = Annotated[Text, Field(max_length=80)]
LANGUAGES = tuple(sorted(FORMATS))
Language = Annotated[
    Text,
    Field(max_length=20, pattern=rf"^({'|'.join(LANGUAGES)})$", examples=["en"]),
]


class Asked(Schema):
    """Which figures, and as of when."""

    operations: list[Slug] = Field(
        [],
        max_length=200,
        description="Slugs; several make a campaign, in which an item counts once. None: every operation of one's unit.",
    )
    as_of: Annotated[Size | Moment | None, Field(union_mode="left_to_right")] = Field(
        None,
        description="A size of the log, or a time: the last checkpoint before it. None: all that is sequenced.",
        examples=[1200, "2020-10-06T12:00:00Z"],
    )
    language: Language = Field("en", description="How the statement writes numbers.")


class AsOf(Schema):
    """The size of the log that the figures are of, and the time of its checkpoint."""

    size: int
    time: datetime


class Rate(Schema):
    """A share with the band from what could not be told."""

    numerator: int
    denominator: int
    low: float
    high: float


class FigureOut(Schema):
    """One figure with everything one needs to quote it."""

    id: str = Field(examples=["referred"])
    value: int | Rate
    unit: str = Field(examples=["items"])
    verb: str
    qualifier: str = Field(examples=["exact"])
    as_of: AsOf
    of: str = Field(description="The denominator in words; empty for a count.")


class TableRow(Schema):
    """Counts of the stages by indicator id."""

    name: str
    counts: dict[str, int]


class TableOut(Schema):
    """All rows of one dimension."""

    dimension: str = Field(examples=["platform"])
    note: str
    rows: list[TableRow]


class ReportOut(Schema):
    """The report as it is written to JSON everywhere: the same as-of gives the same bytes. More stands in it than is named here."""

    format: str = Field(examples=["openiru-report/1"])
    title: str
    operations: list[str]
    environment: str
    invented: bool
    as_of: AsOf
    figures: list[FigureOut]
    tables: list[TableOut]
    statement: list[str]
    breakdowns: list[dict[str, Any]]
    losses: list[dict[str, Any]]
    removal: dict[str, Any] | None = None
    removal_by_provider: list[list[Any]]
    time_to_removal: dict[str, Any] | None = None
    went_wrong: list[dict[str, Any]]


class StatementText(Schema):
    """What may be said in public, in sentences; ``digest`` is of the figures, as it stands in the log of what was published."""

    title: str
    operations: list[str]
    environment: str
    as_of: AsOf
    sentences: list[str]
    digest: str


class PublishIn(Schema):
    """A statement in the name of the operation; with others it is one of a campaign."""

    also: list[Slug] = Field([], max_length=200, description="Slugs of further operations.")
    as_of: Annotated[Size | Moment | None, Field(union_mode="left_to_right")] = None
    language: Language = "en"


class PublishedOut(Schema):
    """A statement that was published: the digest of its figures stands in the log."""

    id: UUID
    digest: str
    as_of: int
    sentences: list[str]


class StatementOut(Schema):
    """A statement that was published."""

    id: UUID
    operations: list[UUID]
    as_of: int = Field(description="Size of the log.")
    digest: str
    made_at: datetime


class StatementPage(Paged):
    """What was published in the name of the operation, oldest first."""

    rows: list[StatementOut]


@router.get("/report", response=responses({200: ReportOut}), auth=Asks("report"), operation_id="show_report")
def show_report(request: HttpRequest, asked: Query[Asked]) -> Any:
    """The figures of some operations, or of every one that one's unit took part in. The same as-of gives the same bytes."""
    return HttpResponse(
        rendering.render(_made(asker(request), asked), "json", asked.language),
        content_type="application/json",
    )


@router.get(
    "/report/document",
    response=responses({200: None}),
    auth=Asks("report"),
    operation_id="download_report",
    openapi_extra={
        "responses": {
            200: {
                "description": "The document.",
                "content": {
                    "text/plain": {"schema": {"type": "string"}},
                    "text/csv": {"schema": {"type": "string"}},
                    "text/html": {"schema": {"type": "string"}},
                },
            }
        }
    },
)
def download_report(
    request: HttpRequest,
    asked: Query[Asked],
    form: Annotated[Literal["text", "csv", "html"], Query()] = "text",
) -> Any:
    """The same report as a document: the statement with its tables as text or one page, or one tidy table as CSV."""
    way = rendering.renderer(form)
    answer = HttpResponse(
        rendering.render(_made(asker(request), asked), form, asked.language),
        content_type=way.media_type,
    )
    answer["Content-Disposition"] = f'attachment; filename="report{way.suffix}"'
    return answer


@router.get(
    "/report/statement",
    response=responses({200: StatementText}),
    auth=Asks("report"),
    operation_id="show_statement",
)
def show_statement(request: HttpRequest, asked: Query[Asked]) -> Any:
    """The statement in sentences, out of the same figures. Nothing is published by it."""
    made = _made(asker(request), asked)
    return {
        "title": made.title,
        "operations": list(made.operations),
        "environment": made.environment.value,
        "as_of": {"size": made.as_of.size, "time": made.as_of.time},
        "sentences": list(made.statement),
        "digest": figures_digest(made),
    }


@router.post(
    "/operations/{operation}/statements",
    response=responses({201: PublishedOut}),
    auth=Asks("report"),
    operation_id="publish_statement",
)
def publish_statement(request: HttpRequest, operation: str, key: IdempotencyKey, body: PublishIn) -> Any:
    """Publish a statement in the name of the operation: it is kept, and the log has the digest of its figures."""
    by = asker_in(request, operation)
    ids = _ids(by, dict.fromkeys([operation, *body.also]))

    def do() -> Any:
        done = commands.publish(by=by, operations=ids, as_of=body.as_of, language=body.language)
        return {
            "id": done.id,
            "digest": done.digest,
            "as_of": done.report.as_of.size,
            "sentences": list(done.report.statement),
        }

    return Status(201, once(by, key, "publish_statement", body.dict(), do))


@router.get(
    "/operations/{operation}/statements",
    response=responses({200: StatementPage}),
    auth=Asks("report"),
    operation_id="list_statements",
)
def list_statements(request: HttpRequest, operation: str, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """What was published in the name of the operation, oldest first."""
    with acting(asker_in(request, operation)) as now:
        require(now, "report")
        found = queries.statements(after=id_of(cursor), limit=limit + 1)
    return page_of(found, limit, by_id)


def _made(by: By, asked: Asked) -> Report:
    ids = _ids(by, asked.operations) or None
    return commands.report(by=by, operations=ids, as_of=asked.as_of, language=asked.language)


def _ids(by: By, slugs: Iterable[str]) -> list[UUID]:
    with acting(by):
        return [UUID(str(by_slug(one)["id"])) for one in slugs]
