"""A plan as it is answered over HTTP. To the young person without what third parties said in confidence."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self
from uuid import UUID

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from contracts.client_plan import OwnerKind, Phase, PlanContent, Promise, Status
from contracts.values import AreaCode, Language, Qualification, Title
from services.chassis.problems import CONTENT_TYPE, TYPE_ROOT
from services.plans.client_plans.differences import ChangeKind, Difference
from services.plans.client_plans.domain import NotedStatus, PublishedPlan, without_confidential
from services.plans.client_plans.draft_store import Conflict, KeptEdit, Resolution
from services.plans.client_plans.drafts import Cause, Draft, PartKind, PartRef, Value, content_of, is_confidential
from services.plans.client_plans.hints import HintView
from services.plans.client_plans.proposals import Proposal, ProposedPart
from services.plans.client_plans.telling import owner_in_words, words
from services.plans.cycles.commands import CycleView
from services.plans.openings.domain import Author, AuthorKind


def sees_confidential(author: Author) -> bool:
    """Whether whoever asks is shown what third parties said in confidence."""
    return author.kind is not AuthorKind.YOUNG_PERSON


def shown_to(author: Author, content: PlanContent) -> PlanContent:
    """What whoever asks may see of a content."""
    return content if sees_confidential(author) else without_confidential(content)


def may_see(author: Author, *values: Value | None) -> bool:
    """Whether whoever asks may see a part, in each of the forms that it had."""
    return sees_confidential(author) or not any(is_confidential(value) for value in values)


class AuthorView(BaseModel):
    """Who did something: of which area, as what, and their id."""

    area: AreaCode
    kind: AuthorKind
    author_id: UUID

    @classmethod
    def of(cls, author: Author) -> Self:
        """An author."""
        return cls(**vars(author))


class VersionSummary(BaseModel):
    """A published version. A copy of another area's plan does not name who published it."""

    number: int
    published_at: datetime
    published_by: AuthorView | None
    title: Title | None
    qualification: Qualification | None
    """The profession of whoever published it."""

    @classmethod
    def of(cls, plan: PublishedPlan) -> Self:
        """A version."""
        return cls(**_summary(plan))


class VersionView(VersionSummary):
    """A published version with what it says, exactly as it was published."""

    content: PlanContent

    @classmethod
    def shown(cls, plan: PublishedPlan, to: Author) -> Self:
        """A version as somebody may see it."""
        return cls(**_summary(plan), content=shown_to(to, plan.content))


def _summary(plan: PublishedPlan) -> dict[str, object]:
    by = plan.published_by
    return {
        "number": plan.number,
        "published_at": plan.published_at,
        "published_by": None if by is None else AuthorView.of(by),
        "title": plan.title,
        "qualification": plan.qualification,
    }


class StandingView(BaseModel):
    """Where the planning stands. No phase: the cycle is over, and the next begins at the review."""

    cycle_number: int
    phase: Phase | None
    next_step: str | None
    next_review_on: date | None

    @classmethod
    def of(cls, cycle: CycleView) -> Self:
        """The standing of a cycle."""
        return cls(
            cycle_number=cycle.number,
            phase=cycle.phase,
            next_step=cycle.next_step,
            next_review_on=cycle.next_review_on,
        )


class StatusView(BaseModel):
    """What somebody noted about a goal or a promise."""

    status_id: UUID
    number: int
    """The version that was in force."""
    item_id: UUID
    status: Status
    reason: str | None
    granted: bool | None
    by: AuthorView
    at: datetime

    @classmethod
    def of(cls, noted: NotedStatus) -> Self:
        """A noted status."""
        return cls(**{**vars(noted), "by": AuthorView.of(noted.author)})


class PlanView(BaseModel):
    """A case's client plan: the version in force, how far it has come since, and where the planning stands."""

    plan_id: UUID | None
    home: bool
    """False: a copy; the placing area drafts and publishes it."""
    placing_area: AreaCode
    latest: VersionView | None
    statuses: list[StatusView]
    """What was noted while this version was in force, the oldest first; the last about an item stands."""
    standing: StandingView | None


class PromiseView(BaseModel):
    """One promise, as the young person reads it (R66)."""

    promise_id: UUID
    what: str
    who: str
    """Who keeps it, in words."""
    owner: OwnerKind
    by_when: date | None
    status: Status
    status_in_words: str
    reason: str | None
    granted: bool | None

    @classmethod
    def of(cls, promise: Promise, language: Language) -> Self:
        """A promise in a language."""
        return cls(
            promise_id=promise.promise_id,
            what=promise.what,
            who=owner_in_words(promise.owner, language),
            owner=promise.owner.kind,
            by_when=promise.by_when,
            status=promise.status,
            status_in_words=words(language)["Status"][promise.status],
            reason=promise.status_reason,
            granted=promise.granted,
        )


class ChangeView(BaseModel):
    """One difference, as a sentence. ``field`` is set when a part says something else than before."""

    change: ChangeKind
    part: PartKind
    key: str
    field: str | None
    sentence: str

    @classmethod
    def of(cls, difference: Difference, sentence: str) -> Self:
        """A difference with its sentence."""
        ref = difference.ref
        return cls(change=difference.change, part=ref.kind, key=ref.key, field=difference.field, sentence=sentence)


class ChangesView(BaseModel):
    """What differs between two versions; nothing when they say the same."""

    before: int
    after: int
    language: Language
    changes: list[ChangeView]


class PartVersion(BaseModel):
    """The version of one part of the draft: what an edit of it sends as ``If-Match``."""

    part: PartKind
    key: str
    version: int


class PartView(PartVersion):
    """One part of the draft; no value: it is not there."""

    value: dict[str, object] | None
    hints: list[HintView] = []
    """Of the words that were just written: what is hard to understand, or reads like a ceiling."""

    @classmethod
    def of(cls, draft: Draft, ref: PartRef, hints: Sequence[HintView] = ()) -> Self:
        """A part as it is now."""
        part = draft.part(ref)
        return cls(part=ref.kind, key=ref.key, version=part.version, value=in_json(part.value), hints=list(hints))


class DraftView(BaseModel):
    """The draft as it stands, with each part's version."""

    plan_id: UUID | None
    version: int
    """The number of its last edit; publishing sends it as ``If-Match``, and so may an edit of any part."""
    content: PlanContent
    parts: list[PartVersion]
    open_conflicts: list[UUID]
    hints: list[HintView] = []
    """Of the words that were just written."""

    @classmethod
    def shown(cls, plan_id: UUID | None, draft: Draft, conflicts: list[Conflict], to: Author) -> Self:
        """A draft as somebody may see it."""
        return cls(
            plan_id=plan_id,
            version=draft.version,
            content=shown_to(to, content_of(draft)),
            parts=[
                PartVersion(part=ref.kind, key=ref.key, version=part.version)
                for ref, part in draft.parts.items()
                if part.value is not None and ref.kind is not PartKind.STATUSES and may_see(to, part.value)
            ],
            open_conflicts=[each.conflict_id for each in conflicts],
        )


class EditView(BaseModel):
    """One edit of the draft: who wrote what, and what was there before."""

    sequence: int
    part: PartKind
    key: str
    before: dict[str, object] | None
    after: dict[str, object] | None
    cause: Cause
    by: AuthorView
    at: datetime

    @classmethod
    def of(cls, kept: KeptEdit) -> Self:
        """A kept edit."""
        edited = kept.edited
        return cls(
            sequence=edited.sequence,
            part=edited.ref.kind,
            key=edited.ref.key,
            before=in_json(edited.before),
            after=in_json(edited.after),
            cause=edited.cause,
            by=AuthorView.of(edited.author),
            at=kept.at,
        )


class TextView(BaseModel):
    """One of two texts that met, with who wrote it; no value: they took the part away."""

    value: dict[str, object] | None
    by: AuthorView


class ConflictView(BaseModel):
    """Two people wrote the same part: what was refused, what stood there, and what the part says now."""

    conflict_id: UUID
    part: PartKind
    key: str
    refused: TextView
    found: TextView
    now: PartView
    at: datetime
    proposal_id: UUID | None
    resolution: Resolution | None
    resolved_by: AuthorView | None
    resolved_at: datetime | None

    @classmethod
    def of(cls, conflict: Conflict, draft: Draft) -> Self:
        """A conflict, beside the draft as it is now."""
        by = conflict.resolved_by
        return cls(
            conflict_id=conflict.conflict_id,
            part=conflict.ref.kind,
            key=conflict.ref.key,
            refused=TextView(value=in_json(conflict.refused), by=AuthorView.of(conflict.refused_author)),
            found=TextView(value=in_json(conflict.found), by=AuthorView.of(conflict.found_author)),
            now=PartView.of(draft, conflict.ref),
            at=conflict.at,
            proposal_id=conflict.proposal_id,
            resolution=conflict.resolution,
            resolved_by=None if by is None else AuthorView.of(by),
            resolved_at=conflict.resolved_at,
        )


class ProposedPartView(BaseModel):
    """What a part should say; no value: it should be left out."""

    part: PartKind
    key: str
    value: dict[str, object] | None

    @classmethod
    def of(cls, part: ProposedPart) -> Self:
        """A proposed part."""
        return cls(part=part.ref.kind, key=part.ref.key, value=in_json(part.value))


class ProposalAnswerView(BaseModel):
    """What was answered to a proposal."""

    accepted: bool
    reason: str | None
    by: AuthorView
    at: datetime


class ProposalView(BaseModel):
    """A proposal to change a version of the plan, and its answer once there is one."""

    proposal_id: UUID
    against: int
    reason: str | None
    parts: list[ProposedPartView]
    by: AuthorView
    at: datetime
    answer: ProposalAnswerView | None
    conflicts: list[UUID] = Field(default=[], description="Where its parts met a newer text in the draft.")

    @classmethod
    def shown(cls, proposal: Proposal, to: Author, conflicts: tuple[UUID, ...] = ()) -> Self:
        """A proposal as somebody may see it."""
        answer = proposal.answer
        return cls(
            proposal_id=proposal.proposal_id,
            against=proposal.against,
            reason=proposal.reason,
            parts=[ProposedPartView.of(part) for part in proposal.parts if may_see(to, part.value)],
            by=AuthorView.of(proposal.author),
            at=proposal.at,
            answer=None
            if answer is None
            else ProposalAnswerView(
                accepted=answer.accepted, reason=answer.reason, by=AuthorView.of(answer.author), at=answer.at
            ),
            conflicts=list(conflicts),
        )


class ConflictProblem(BaseModel):
    """Problem details of an edit that met a newer text. It is kept: ``conflicts`` hold both texts."""

    type: str = TYPE_ROOT + "changed-meanwhile"
    title: str = "Somebody else changed this part meanwhile; both texts are kept until somebody decides."
    status: int = 409
    field: str = "If-Match"
    conflicts: list[UUID]


def conflict_answer(case_id: UUID, conflicts: tuple[UUID, ...]) -> JSONResponse:
    """The answer to an edit that was kept as a conflict. It is returned, not raised: what was kept must stay."""
    return JSONResponse(
        ConflictProblem(conflicts=list(conflicts)).model_dump(mode="json"),
        409,
        {"location": f"/cases/{case_id}/plan/conflicts/{conflicts[0]}"},
        media_type=CONTENT_TYPE,
    )


def in_json(value: Value | None) -> dict[str, object] | None:
    """A part as it is answered."""
    return None if value is None else value.model_dump(mode="json")
