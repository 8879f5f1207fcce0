"""Adding and correcting what a case stands on; the right is computed anew in the same transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.refusals import Refusal, RefusalKind
from contracts.values import CaseRole
from services.chassis.boundary import require_version
from services.chassis.work import Work
from services.plans.absences.domain import Standing, gaps
from services.plans.cases import commands as cases
from services.plans.cases import store as case_store
from services.plans.cases.domain import Recompute, computed_elsewhere
from services.plans.cases.store import Stored
from services.plans.exits import due as exit_plan
from services.plans.grounds import store
from services.plans.grounds.domain import (
    Command,
    CorrectFacts,
    Decision,
    Facts,
    Grounds,
    RecordDecision,
    RecordPlacement,
    Stay,
    Why,
    changed,
    require_possible,
    right_of,
    why,
)
from services.plans.grounds.store import Recorded
from services.plans.people import commands as people
from services.plans.workers import commands as workers


@dataclass(frozen=True)
class Known:
    """What a case stands on, with everything that was ever recorded of it."""

    grounds: Grounds
    stays: Sequence[Recorded[Stay]]
    decisions: Sequence[Recorded[Decision]]

    def revisions(self, thing: Stay | Decision) -> int:
        """How often a placement or decision was recorded."""
        if isinstance(thing, Stay):
            return sum(each.thing.placement_id == thing.placement_id for each in self.stays)
        return sum(each.thing.decision_id == thing.decision_id for each in self.decisions)


async def known(work: Work, stored: Stored) -> Known:
    """What a case stands on. A case that another area placed has the dossier's facts, and no periods."""
    stays = await store.stays_of(work, stored.case.case_id)
    decisions = await store.decisions_of(work, stored.case.case_id)
    particulars = stored.particulars
    last_stays = {each.thing.placement_id: each.thing for each in stays}.values()
    last_decisions = {each.thing.decision_id: each.thing for each in decisions}.values()
    grounds = Grounds(
        Facts(particulars.ground, particulars.last_child_protection_on, particulars.special_support),
        tuple(sorted(last_stays, key=lambda each: (each.period.started_on, each.placement_id))),
        tuple(sorted(last_decisions, key=lambda each: (each.made.decided_on, each.decision_id))),
    )
    return Known(grounds, stays, decisions)


async def correct_facts(
    work: Work, case_id: UUID, expected_version: int, edit: Callable[[Facts], Facts], by: UUID
) -> Stored:
    """Correct the ground, the last day as a client of child protection, or the need for special support.

    Raises ``Refusal``; ``Problem`` 412 when the case was changed meanwhile.
    """
    # Special support bears on who may be named, now and while somebody is away: the roster comes before the case.
    standing, _ = await workers.standing(work)
    stored = await cases.require_open(work, case_id)
    require_version(expected_version, stored.case.version)
    if stored.case.role is not CaseRole.PLACING:
        raise computed_elsewhere()
    after = edit((await known(work, stored)).grounds.facts)
    if after.special_support and not stored.particulars.special_support:
        _require_social_worker(standing, stored.case.worker_id)
    return await change(work, stored, CorrectFacts(after), by)


async def change(work: Work, stored: Stored, command: Command, by: UUID) -> Stored:
    """Change what a locked case stands on, and compute its right anew; what is so already changes nothing.

    Raises ``Refusal``: another area's case, facts that cannot be, or that leave her without a ground.
    """
    if stored.case.role is not CaseRole.PLACING:
        raise computed_elsewhere()
    before = await known(work, stored)
    after = changed(before.grounds, command)
    if after == before.grounds:
        return stored
    _, hetu = await people.get_identified(work, stored.case.person_id)
    require_possible(after, hetu.born_on, work.today)
    match command:
        case RecordPlacement(stay=stay):
            if stay not in before.grounds.stays:
                await store.add_stays(work, stored.case.case_id, [(stay, before.revisions(stay) + 1)], by)
        case RecordDecision(decision=decision):
            revision = before.revisions(decision) + 1
            await store.add_decisions(work, stored.case.case_id, [(decision, revision)], by)
        case CorrectFacts():
            # They stand with the case, and as they were in the history.
            pass
    return await _compute(work, stored, after, hetu.born_on, because=why(before.grounds, command), by=by)


async def birth_corrected(work: Work, person_id: UUID) -> None:
    """Her identity code was corrected: with another date of birth the right may end on another day."""
    for stored in await case_store.open_of_person(work, person_id, lock=True):
        if stored.case.role is not CaseRole.PLACING:
            continue
        _, hetu = await people.get_identified(work, person_id)
        grounds = (await known(work, stored)).grounds
        if not grounds.periods:
            # Opened before placements were kept as periods: somebody records them first.
            continue
        if right_of(grounds, hetu.born_on, work.today).ends_on != stored.case.right_ends_on:
            await _compute(work, stored, grounds, hetu.born_on, because=Why.IDENTITY_CORRECTED, by=None)


def require_stay(grounds: Grounds, placement_id: UUID) -> Stay:
    """A placement of a case. Raises ``Refusal`` 404."""
    found = next((each for each in grounds.stays if each.placement_id == placement_id), None)
    if found is None:
        raise Refusal(
            "no-such-placement", "This case has no such placement.", kind=RefusalKind.NOT_FOUND, field="placement_id"
        )
    return found


def require_decision(grounds: Grounds, decision_id: UUID) -> Decision:
    """A decision on a case. Raises ``Refusal`` 404."""
    found = next((each for each in grounds.decisions if each.decision_id == decision_id), None)
    if found is None:
        raise Refusal(
            "no-such-decision", "This case has no such decision.", kind=RefusalKind.NOT_FOUND, field="decision_id"
        )
    return found


async def _compute(
    work: Work, stored: Stored, grounds: Grounds, born_on: date, *, because: Why, by: UUID | None
) -> Stored:
    right = right_of(grounds, born_on, work.today)
    case, events = cases.apply(stored.case, Recompute(right.ends_on))
    particulars = cases.particulars_of(stored.particulars.placing_case_id, grounds, right)
    await cases.save(work, case, events)
    await case_store.save_particulars(work, case.case_id, particulars)
    await cases.note_right(work, case, particulars, because, by)
    if case.right_ends_on != stored.case.right_ends_on:
        await exit_plan.follow(work, case)
    return Stored(case, particulars, stored.opened_at, stored.closed_at)


def _require_social_worker(before: Standing, worker_id: UUID) -> None:
    """Special support calls for a qualified social worker from the same moment on, also in an absence (R77)."""
    after = replace(before, special_support=frozenset({*before.special_support, worker_id}))
    if gaps(after) - gaps(before) or not before.social_workers.get(worker_id, False):
        raise Refusal(
            "qualification-needed",
            "Special support needs call for a qualified social worker: name one first, and one who stands in.",
            kind=RefusalKind.CONFLICT,
            field="special_support",
            expected="a named worker with the qualification social_worker",
        )
