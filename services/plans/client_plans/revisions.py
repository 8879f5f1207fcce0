"""Proposing a revision of the published plan, and answering it: accepted ones go into the next draft (R47, R94)."""

from dataclasses import dataclass, replace
from uuid import UUID

from contracts.plans import RevisionAnswered, RevisionProposed
from contracts.values import new_id
from services.chassis import journal
from services.chassis.work import Work
from services.plans.cases.domain import Case
from services.plans.client_plans import proposal_store
from services.plans.client_plans.commands import advance, require_published, require_record
from services.plans.client_plans.drafts import Cause, Change
from services.plans.client_plans.editing import apply, draft_of, require_home
from services.plans.client_plans.proposals import (
    AnswerGiven,
    Proposal,
    ProposedPart,
    in_order_of_reference,
    require_answerable,
    require_proposable,
)
from services.plans.openings.domain import Author


@dataclass(frozen=True)
class Proposed:
    """What is proposed: to change parts of a version, and why."""

    against: int
    parts: tuple[ProposedPart, ...]
    reason: str | None


@dataclass(frozen=True)
class Answered:
    """A proposal with its answer, and the conflicts that its parts met in the draft."""

    proposal: Proposal
    conflicts: tuple[UUID, ...]


async def propose(work: Work, case: Case, proposed: Proposed, author: Author) -> Proposal:
    """Propose to change a version of the plan. In either area; the author's area is kept with it.

    Raises ``Refusal`` for a version that is not known here, or what is not the author's to propose.
    """
    version = await require_published(work, case.case_id, proposed.against)
    require_proposable(author, proposed.parts, version.content)
    proposal = Proposal(new_id(), author=author, at=work.now, **vars(proposed))
    record = await advance(work, case.case_id)
    await proposal_store.add(work, record.plan_id, proposal)
    said = RevisionProposed(
        plan_id=record.plan_id,
        version=record.version,
        case_id=case.case_id,
        person_id=case.person_id,
        by_area=author.area,
        proposal_id=proposal.proposal_id,
    )
    await journal.record(work, said)
    return proposal


async def answer(
    work: Work, case: Case, proposal_id: UUID, author: Author, *, accepted: bool, reason: str | None
) -> Answered:
    """Take a proposal into the draft, or not, with a reason. Only at the plan's home.

    A part that was changed since the version to which the proposal refers stays as it is, beside a conflict that holds
    both texts. Raises ``Refusal``: no such proposal, one that is answered, no reason, or a residence case.
    """
    require_home(case)
    plan_id = (await require_record(work, case.case_id)).plan_id
    found = await proposal_store.find(work, plan_id, proposal_id)
    proposal = require_answerable(found, accepted=accepted, reason=reason)
    given = AnswerGiven(accepted, reason, author, work.now)
    await proposal_store.answer(work, proposal_id, given)
    conflicts = await _take_in(work, case, proposal) if accepted else ()
    record = await advance(work, case.case_id)
    said = RevisionAnswered(
        plan_id=record.plan_id,
        version=record.version,
        case_id=case.case_id,
        person_id=case.person_id,
        by_area=author.area,
        proposal_id=proposal_id,
        accepted=accepted,
    )
    await journal.record(work, said)
    return Answered(replace(proposal, answer=given), conflicts)


async def _take_in(work: Work, case: Case, proposal: Proposal) -> tuple[UUID, ...]:
    version = await require_published(work, case.case_id, proposal.against)
    # The proposer's words stay the proposer's: the answer says who took them in.
    changes = [
        Change(part.ref, part.value, version.edits_through, proposal.author, Cause.PROPOSAL)
        for part in in_order_of_reference(proposal.parts)
    ]
    editing = await apply(work, await draft_of(work, case), changes, proposal_id=proposal.proposal_id)
    return editing.conflicts
