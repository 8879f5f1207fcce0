"""Proposals of revision over HTTP: made where the plan is read, answered where it is written."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.chassis.boundary import CommandRoute, InWork
from services.plans.client_plans import given, proposal_store, revisions, store
from services.plans.client_plans.answers import ProposalView
from services.plans.client_plans.drafts import PartKind
from services.plans.client_plans.given import Passage
from services.plans.client_plans.proposals import ProposedPart
from services.plans.client_plans.revisions import Proposed
from services.plans.disclosures.domain import Done, Seen
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow

router = APIRouter(route_class=CommandRoute)


class PartProposed(BaseModel):
    """What a part should say: a value of the shape that the draft takes for it; null leaves it out."""

    model_config = ConfigDict(extra="forbid")

    part: Literal["texts", "needs", "goals", "promises", "sections", "views", "dissenting", "offers", "parallel-plans"]
    key: str = Field(max_length=40, description="The part's id; a life area for a section; a text's name for a text.")
    value: dict[str, object] | None

    def read(self, position: int) -> ProposedPart:
        """The proposed part. Raises ``Refusal`` when it has not the shape of its kind."""
        ref = given.reference(PartKind(self.part), self.key, field=f"parts.{position}.key")
        field = f"parts.{position}.value"
        return ProposedPart(ref, None if self.value is None else given.value_of(ref, self.value, field=field))


class ProposalGiven(BaseModel):
    """Changes to a published version, and why."""

    model_config = ConfigDict(extra="forbid")

    against: int = Field(ge=1, le=2**31 - 1, description="The version that was read.")
    reason: Passage | None = None
    parts: list[PartProposed] = Field(min_length=1, max_length=50)


class AnswerGiven(BaseModel):
    """Whether a proposal goes into the draft. One that does not needs a reason."""

    model_config = ConfigDict(extra="forbid")

    accepted: bool
    reason: Passage | None = None


@router.post("/cases/{case_id}/plan/proposals", status_code=201, dependencies=[allow(Permission.PROPOSE_REVISION)])
async def propose(
    response: Response, work: InWork, desk: InDesk, case_id: UUID, proposal: ProposalGiven
) -> ProposalView:
    """Propose to change the plan: the young person, or a worker of either area. The placing area answers."""
    stored = await desk.does(case_id, Done.REVISION_PROPOSED)
    parts = tuple(part.read(position) for position, part in enumerate(proposal.parts))
    proposed = Proposed(proposal.against, parts, proposal.reason)
    made = await revisions.propose(work, stored.case, proposed, desk.author)
    response.headers["location"] = f"/cases/{case_id}/plan/proposals"
    return ProposalView.shown(made, desk.author)


@router.get("/cases/{case_id}/plan/proposals", dependencies=[allow(Permission.SEE_PLAN)])
async def list_proposals(work: InWork, desk: InDesk, case_id: UUID) -> list[ProposalView]:
    """Every proposal, the oldest first, with what was answered."""
    await desk.sees(case_id, Seen.PLAN_PROPOSALS)
    record = await store.load(work, case_id)
    found = [] if record is None else await proposal_store.of_plan(work, record.plan_id)
    return [ProposalView.shown(each, desk.author) for each in found]


@router.post("/cases/{case_id}/plan/proposals/{proposal_id}/answer", dependencies=[allow(Permission.ANSWER_REVISION)])
async def answer_proposal(
    work: InWork, desk: InDesk, case_id: UUID, proposal_id: UUID, answer: AnswerGiven
) -> ProposalView:
    """Take a proposal into the draft, or not, with a reason. What met a newer text is kept as a conflict."""
    stored = await desk.does(case_id, Done.REVISION_ANSWERED)
    answered = await revisions.answer(
        work, stored.case, proposal_id, desk.author, accepted=answer.accepted, reason=answer.reason
    )
    return ProposalView.shown(answered.proposal, desk.author, answered.conflicts)
