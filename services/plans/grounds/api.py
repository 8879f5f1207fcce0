"""What a case stands on, over HTTP: placements, decisions, and until when the right lasts, with its history."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.areas import area
from contracts.values import AreaCode, Ground, new_id
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag, require_version
from services.chassis.work import Work
from services.plans.cases.explanation import Explanation, InLanguages
from services.plans.cases.rights import AreaDecision
from services.plans.cases.store import Stored
from services.plans.days import Day
from services.plans.disclosures.domain import Done, Seen
from services.plans.grounds import commands, store
from services.plans.grounds.commands import Known, require_decision, require_stay
from services.plans.grounds.domain import (
    Decision,
    Facts,
    Period,
    PlacementKind,
    RecordDecision,
    RecordPlacement,
    Stay,
    Why,
)
from services.plans.grounds.store import Recorded
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["rights"], route_class=CommandRoute)


class NewPlacement(BaseModel):
    """A stay outside the home that was not recorded yet."""

    model_config = ConfigDict(extra="forbid")

    started_on: Day
    ended_on: Day | None = Field(default=None, description="Left out while it lasts.")
    alone: bool = Field(default=True, description="The child was placed alone, without a parent.")
    kind: PlacementKind
    last_child_protection_on: Day | None = Field(
        default=None, description="With an end: the last day as a client of child protection, when that changed too."
    )


class PlacementCorrection(BaseModel):
    """What is right about a placement: the fields that are given. ``ended_on`` null: it lasts."""

    model_config = ConfigDict(extra="forbid")

    started_on: Day | None = None
    ended_on: Day | None = None
    alone: bool | None = None
    kind: PlacementKind | None = None
    withdrawn: bool | None = Field(default=None, description="It was recorded in error.")
    last_child_protection_on: Day | None = None

    def applied_to(self, stay: Stay) -> Stay:
        """The placement as it is right."""
        period = stay.period
        return Stay(
            stay.placement_id,
            Period(
                period.started_on if self.started_on is None else self.started_on,
                self.ended_on if "ended_on" in self.model_fields_set else period.ended_on,
                period.alone if self.alone is None else self.alone,
                period.kind if self.kind is None else self.kind,
            ),
            stay.withdrawn if self.withdrawn is None else self.withdrawn,
        )


class NewDecision(BaseModel):
    """The area's own decision to give aftercare until a day."""

    model_config = ConfigDict(extra="forbid")

    decided_on: Day
    until: Day


class DecisionCorrection(BaseModel):
    """What is right about a decision: the fields that are given."""

    model_config = ConfigDict(extra="forbid")

    decided_on: Day | None = None
    until: Day | None = None
    withdrawn: bool | None = Field(default=None, description="It was recorded in error.")

    def applied_to(self, decision: Decision) -> Decision:
        """The decision as it is right."""
        made = AreaDecision(self.decided_on or decision.made.decided_on, self.until or decision.made.until)
        return Decision(decision.decision_id, made, decision.withdrawn if self.withdrawn is None else self.withdrawn)


class FactsCorrection(BaseModel):
    """What else the case stands on: the fields that are given."""

    model_config = ConfigDict(extra="forbid")

    ground: Ground | None = None
    last_child_protection_on: Day | None = None
    special_support: bool | None = None

    def applied_to(self, facts: Facts) -> Facts:
        """The facts as they are right."""
        return Facts(
            self.ground or facts.ground,
            self.last_child_protection_on or facts.last_child_protection_on,
            facts.special_support if self.special_support is None else self.special_support,
        )


class PlacementView(BaseModel):
    """One stay outside the home, as it was recorded at one time; ``counts`` says whether it is the last word."""

    placement_id: UUID
    revision: int
    started_on: date
    ended_on: date | None
    alone: bool
    kind: PlacementKind
    withdrawn: bool
    counts: bool
    recorded_at: datetime
    recorded_by: UUID


class DecisionView(BaseModel):
    """One decision of the area, as it was recorded at one time; ``counts`` says whether it is the last word."""

    decision_id: UUID
    revision: int
    decided_on: date
    until: date
    withdrawn: bool
    counts: bool
    recorded_at: datetime
    recorded_by: UUID


class FactsView(BaseModel):
    """What a case stands on, with every correction. A residence case has its placing area's facts, without periods."""

    case_id: UUID
    version: int
    kept_by: AreaCode
    ground: Ground
    last_child_protection_on: date
    special_support: bool
    placed_now: bool
    placements: list[PlacementView]
    decisions: list[DecisionView]
    right_ends_on: date


class ComputedView(BaseModel):
    """A right as it was computed once. ``by`` null: the population register's word."""

    computed_at: datetime
    why: Why
    by: UUID | None
    ground: Ground
    last_child_protection_on: date
    special_support: bool
    right_ends_on: date
    explanation: Explanation

    @classmethod
    def of(cls, computed: store.Computed) -> Self:
        """A row of the history."""
        return cls(
            computed_at=computed.computed_at,
            why=computed.why,
            by=computed.by,
            **vars(computed.facts),
            right_ends_on=computed.ends_on,
            explanation=Explanation.model_validate(computed.explanation),
        )


class RightsView(BaseModel):
    """Until when the right lasts, which rule, row and source say so, and how that came about.

    A case that another area placed is explained there: ``explanation`` is then empty, and ``computed_by`` and
    ``computed_by_says`` tell whom to ask.
    """

    case_id: UUID
    right_ends_on: date
    computed_by: AreaCode
    computed_by_says: InLanguages
    explanation: Explanation
    history: list[ComputedView]


@router.get("/cases/{case_id}/rights")
async def explain_right(
    work: InWork, desk: InDesk, _principal: Annotated[Principal, allow(Permission.SEE_RIGHTS)], case_id: UUID
) -> RightsView:
    """Until when the right lasts: which rule, which row and which source gave the day, and every computation of it."""
    stored = await desk.sees(case_id, Seen.RIGHTS)
    return RightsView(
        case_id=case_id,
        right_ends_on=stored.case.right_ends_on,
        computed_by=stored.case.placing_area,
        computed_by_says=_computed_by(stored.case.placing_area),
        explanation=Explanation.model_validate(stored.particulars.right_explained),
        history=[ComputedView.of(each) for each in await store.history_of(work, case_id)],
    )


@router.get("/cases/{case_id}/facts")
async def see_facts(
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.SEE_FACTS)],
    case_id: UUID,
) -> FactsView:
    """What the case stands on, with every correction."""
    return await _answer(response, work, await desk.sees(case_id, Seen.FACTS))


@router.patch("/cases/{case_id}/facts")
async def correct_facts(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    principal: Annotated[Principal, allow(Permission.RECORD_FACTS)],
    case_id: UUID,
    expected: ExpectedVersion,
    correction: FactsCorrection,
) -> FactsView:
    """Correct the ground, the last day as a client of child protection, or the need for special support."""
    opened = await desk.opens(case_id)
    stored = await commands.correct_facts(work, case_id, expected, correction.applied_to, principal.person_id)
    await opened.is_changed(Done.FACTS_RECORDED)
    return await _answer(response, work, stored)


@router.post("/cases/{case_id}/placements", status_code=201)
async def record_placement(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    principal: Annotated[Principal, allow(Permission.RECORD_FACTS)],
    case_id: UUID,
    expected: ExpectedVersion,
    new: NewPlacement,
) -> FactsView:
    """Record a placement that was not known, or that has begun."""
    stored = await desk.does(case_id, Done.FACTS_RECORDED)
    require_version(expected, stored.case.version)
    stay = Stay(new_id(), Period(new.started_on, new.ended_on, new.alone, new.kind))
    command = RecordPlacement(stay, new.last_child_protection_on)
    stored = await commands.change(work, stored, command, principal.person_id)
    response.headers["location"] = f"/cases/{case_id}/facts"
    return await _answer(response, work, stored)


@router.patch("/cases/{case_id}/placements/{placement_id}")
async def correct_placement(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    principal: Annotated[Principal, allow(Permission.RECORD_FACTS)],
    case_id: UUID,
    placement_id: UUID,
    expected: ExpectedVersion,
    correction: PlacementCorrection,
) -> FactsView:
    """Correct a placement, or record that one has ended; what was recorded before stays in the history."""
    stored = await desk.does(case_id, Done.FACTS_RECORDED)
    require_version(expected, stored.case.version)
    stay = correction.applied_to(require_stay((await commands.known(work, stored)).grounds, placement_id))
    command = RecordPlacement(stay, correction.last_child_protection_on)
    return await _answer(response, work, await commands.change(work, stored, command, principal.person_id))


@router.post("/cases/{case_id}/decisions", status_code=201)
async def record_decision(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    principal: Annotated[Principal, allow(Permission.DECIDE)],
    case_id: UUID,
    expected: ExpectedVersion,
    new: NewDecision,
) -> FactsView:
    """Decide to give aftercare until a day: longer than the law demands, never shorter."""
    stored = await desk.does(case_id, Done.DECISION_RECORDED)
    require_version(expected, stored.case.version)
    decision = Decision(new_id(), AreaDecision(new.decided_on, new.until))
    stored = await commands.change(work, stored, RecordDecision(decision), principal.person_id)
    response.headers["location"] = f"/cases/{case_id}/facts"
    return await _answer(response, work, stored)


@router.patch("/cases/{case_id}/decisions/{decision_id}")
async def correct_decision(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    principal: Annotated[Principal, allow(Permission.DECIDE)],
    case_id: UUID,
    decision_id: UUID,
    expected: ExpectedVersion,
    correction: DecisionCorrection,
) -> FactsView:
    """Correct a decision that was recorded wrongly; what was recorded before stays in the history."""
    stored = await desk.does(case_id, Done.DECISION_RECORDED)
    require_version(expected, stored.case.version)
    decision = correction.applied_to(require_decision((await commands.known(work, stored)).grounds, decision_id))
    stored = await commands.change(work, stored, RecordDecision(decision), principal.person_id)
    return await _answer(response, work, stored)


async def _answer(response: Response, work: Work, stored: Stored) -> FactsView:
    known = await commands.known(work, stored)
    grounds = known.grounds
    response.headers["etag"] = etag(stored.case.version)
    return FactsView(
        case_id=stored.case.case_id,
        version=stored.case.version,
        kept_by=stored.case.placing_area,
        **vars(grounds.facts),
        placed_now=grounds.placed_now,
        placements=[_placement(known, each) for each in known.stays],
        decisions=[_decision(known, each) for each in known.decisions],
        right_ends_on=stored.case.right_ends_on,
    )


def _placement(known: Known, recorded: Recorded[Stay]) -> PlacementView:
    return PlacementView(
        placement_id=recorded.thing.placement_id,
        **vars(recorded.thing.period),
        withdrawn=recorded.thing.withdrawn,
        **_as_recorded(known, recorded),
    )


def _decision(known: Known, recorded: Recorded[Decision]) -> DecisionView:
    return DecisionView(
        decision_id=recorded.thing.decision_id,
        **vars(recorded.thing.made),
        withdrawn=recorded.thing.withdrawn,
        **_as_recorded(known, recorded),
    )


def _as_recorded(known: Known, recorded: Recorded[Stay] | Recorded[Decision]) -> dict[str, object]:
    return {
        "revision": recorded.revision,
        "counts": recorded.revision == known.revisions(recorded.thing),
        "recorded_at": recorded.recorded_at,
        "recorded_by": recorded.recorded_by,
    }


def _computed_by(code: AreaCode) -> InLanguages:
    placing = area(code)
    return InLanguages(
        fi=f"Oikeuden päättymispäivän on laskenut sijoittajahyvinvointialue: {placing.name_fi}.",
        sv=f"Dagen då rätten upphör har räknats ut av det placerande välfärdsområdet: {placing.name_sv}.",
        en=f"The day on which the right ends was computed by the placing area: {placing.name_en}.",
    )
