"""A published plan over HTTP: to be printed, and to be read by another system."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Response

from contracts.values import Language
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.plans.disclosures.domain import Seen
from services.plans.distribution import commands as distribution
from services.plans.documents import commands
from services.plans.documents.export import ClientPlanExport
from services.plans.documents.printing import print_of, print_pdf
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["documents"], route_class=CommandRoute)
_PDF = "application/pdf"
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="Which published version.")]
InLanguage = Annotated[
    Language | None, Query(description="Of the words around the plan. Left out: the young person's language.")
]
ForHer = Annotated[
    bool,
    Query(description="The young person's copy, without what others said in confidence. She always gets this one."),
]

IfNoneMatch = Annotated[str | None, Header()]
_PRINTS: dict[int | str, dict[str, Any]] = {  # Any: FastAPI's type for what OpenAPI says of an answer
    200: {
        "description": "PDF/UA-1; the ETag tells whether anything in it has changed.",
        "content": {_PDF: {"schema": {"type": "string", "format": "binary"}}},
    },
    304: {"description": "What If-None-Match names is still the same."},
}


@router.get("/cases/{case_id}/plan/versions/{number}/pdf", response_class=Response, responses=_PRINTS)
async def print_plan(
    *,
    work: InWork,
    desk: InDesk,
    principal: Annotated[Principal, allow(Permission.PRINT_PLAN)],
    case_id: UUID,
    number: Number,
    language: InLanguage = None,
    for_young_person: ForHer = False,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """A published version to read on paper or with a screen reader: a page for the young person, then the promises."""
    stored = await desk.sees(case_id, Seen.PLAN_DOCUMENT)
    copy = await commands.copy_for(work, stored, principal, for_young_person=for_young_person)
    prepared = await commands.prepare(work, stored, number, copy, language=language, asked_by=principal)
    return await _printed(prepared, if_none_match)


@router.get("/cases/{case_id}/plan/deliveries/{delivery_id}/pdf", response_class=Response, responses=_PRINTS)
async def print_delivered_plan(
    *,
    work: InWork,
    desk: InDesk,
    principal: Annotated[Principal, allow(Permission.PRINT_PLAN)],
    case_id: UUID,
    delivery_id: UUID,
    language: InLanguage = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """What a recipient was given, to hand over: the agreed parts, without what is withheld."""
    stored = await desk.sees(case_id, Seen.DELIVERED_PLAN)
    delivered = await distribution.given(work, stored, delivery_id, desk.author)
    prepared = await commands.prepare_delivered(work, stored, delivered, language=language, asked_by=principal)
    return await _printed(prepared, if_none_match)


@router.get("/cases/{case_id}/plan/versions/{number}/export", response_model_by_alias=True)
async def export_plan(
    *,
    work: InWork,
    desk: InDesk,
    principal: Annotated[Principal, allow(Permission.EXPORT_PLAN)],
    case_id: UUID,
    number: Number,
    for_young_person: ForHer = False,
) -> ClientPlanExport:
    """A published version as data, in our own schema, with a provisional mapping; conformity is not claimed."""
    stored = await desk.sees(case_id, Seen.PLAN_EXPORT)
    copy = await commands.copy_for(work, stored, principal, for_young_person=for_young_person)
    return await commands.export(work, stored, number, copy)


async def _printed(prepared: commands.Prepared, if_none_match: str | None) -> Response:
    headers = {"etag": f'"{print_of(prepared.document)}"', "cache-control": "private, no-cache"}
    if if_none_match is not None and headers["etag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    # The file's name says nothing of the person: it stays in download folders and histories.
    headers["content-disposition"] = f'inline; filename="client-plan-v{prepared.number}.pdf"'
    headers["content-language"] = prepared.document.language
    return Response(await print_pdf(prepared.document, prepared.made_at), media_type=_PDF, headers=headers)
