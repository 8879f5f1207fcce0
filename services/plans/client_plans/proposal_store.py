"""Proposals of revision in the database."""

from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, insert, select, update

from services.chassis.work import Work
from services.plans.client_plans.drafts import SHAPES, PartKind, PartRef
from services.plans.client_plans.proposals import AnswerGiven, Proposal, ProposedPart
from services.plans.client_plans.store import author_of, author_row
from services.plans.client_plans.tables import plan_proposals as _t


async def add(work: Work, plan_id: UUID, proposal: Proposal) -> None:
    """Keep a proposal."""
    await work.connection.execute(
        insert(_t),
        {
            "proposal_id": proposal.proposal_id,
            "plan_id": plan_id,
            "against": proposal.against,
            "reason": proposal.reason,
            "parts": [_row(part) for part in proposal.parts],
            "at": proposal.at,
            **author_row(proposal.author),
        },
    )


async def answer(work: Work, proposal_id: UUID, given: AnswerGiven) -> None:
    """Keep what was answered."""
    values = {
        "answered_at": given.at,
        "accepted": given.accepted,
        "answer": given.reason,
        **author_row(given.author, "answered_"),
    }
    await work.connection.execute(update(_t).where(_t.c.proposal_id == proposal_id).values(values))


async def find(work: Work, plan_id: UUID, proposal_id: UUID) -> Proposal | None:
    """One proposal of a plan."""
    found = await _proposals(work, (_t.c.plan_id == plan_id) & (_t.c.proposal_id == proposal_id))
    return found[0] if found else None


async def of_plan(work: Work, plan_id: UUID) -> list[Proposal]:
    """A plan's proposals, the oldest first."""
    return await _proposals(work, _t.c.plan_id == plan_id)


async def _proposals(work: Work, wanted: ColumnElement[bool]) -> list[Proposal]:
    rows = await work.connection.execute(select(_t).where(wanted).order_by(_t.c.at, _t.c.proposal_id))
    return [_proposal(row) for row in rows.mappings()]


def _proposal(row: RowMapping) -> Proposal:
    answered = row["answered_at"] is not None
    return Proposal(
        proposal_id=row["proposal_id"],
        against=row["against"],
        reason=row["reason"],
        parts=tuple(_part(each) for each in row["parts"]),
        author=author_of(row),
        at=row["at"],
        answer=AnswerGiven(row["accepted"], row["answer"], author_of(row, "answered_"), row["answered_at"])
        if answered
        else None,
    )


def _row(part: ProposedPart) -> dict[str, object]:
    value = None if part.value is None else part.value.model_dump(mode="json")
    return {"kind": part.ref.kind, "key": part.ref.key, "value": value}


def _part(row: dict[str, object]) -> ProposedPart:
    kind, value = PartKind(str(row["kind"])), row["value"]
    return ProposedPart(PartRef(kind, str(row["key"])), None if value is None else SHAPES[kind].model_validate(value))
