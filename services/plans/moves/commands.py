"""A change of residence, by a worker's hand or on the day it was recorded for."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from opentelemetry.trace import SpanKind

from contracts.areas import Abroad, Aland, InArea, UnknownMunicipality, locate
from contracts.refusals import Refusal, RefusalKind
from contracts.values import MunicipalityCode, new_id
from services.chassis import telemetry
from services.chassis.work import Work
from services.plans.cases import commands as cases
from services.plans.cases import domain as case_domain
from services.plans.cases import store as case_store
from services.plans.cases.store import Stored
from services.plans.moves import store
from services.plans.moves.domain import Move, Outcome, Place, Residence, Whereabouts, decide, due, evolve

CLAIMED_AT_ONCE = 20
"""How many cases one round of the daily announcement takes into one transaction."""
_ABROAD = Place(None, None)


@dataclass(frozen=True)
class Recorded:
    """What a change of residence meant, and the residence that it is about."""

    person_id: UUID
    outcome: Outcome
    residence: Residence


def place_of(municipality: MunicipalityCode | None, on: date, *, field: str = "municipality") -> Place:
    """Where a municipality belongs on a date; None is abroad. Raises ``Refusal`` for an unknown one."""
    if municipality is None:
        return _ABROAD
    match locate(municipality, on):
        case InArea(area=area):
            return Place(municipality, area.code)
        case Aland(municipality=found):
            return Place(municipality, found.area_code)
        case Abroad():
            return _ABROAD
        case UnknownMunicipality():
            raise Refusal(
                "unknown-municipality",
                "No municipality has this code on that date.",
                field=field,
                expected="a municipality code of the year, three digits",
            )


async def record_first(work: Work, case_id: UUID, place: Place, since: date) -> Recorded:
    """Record where the young person lives, the first time. Raises ``Refusal`` 409 when a residence is recorded."""
    stored = await cases.require_open(work, case_id)
    before = whereabouts(stored, await store.of_case(work, case_id))
    if before.residences and before.find(place, since) is None:
        raise Refusal(
            "residence-already-recorded", "A residence is recorded already: record a move.", kind=RefusalKind.CONFLICT
        )
    return await apply(work, stored, before, Move(new_id(), place, since))


async def record(work: Work, case_id: UUID, place: Place, moved_on: date) -> Recorded:
    """Record a change of residence of an open case; two at once take turns. Raises ``Refusal``."""
    stored = await cases.require_open(work, case_id)
    before = whereabouts(stored, await store.of_case(work, case_id))
    return await apply(work, stored, before, Move(new_id(), place, moved_on))


async def announce_due(work: Work) -> bool:
    """Announce the moves whose day has come, of some cases; True when there may be more at once."""
    claimed = await case_store.claim(work, store.cases_due(work.today), CLAIMED_AT_ONCE)
    for stored in claimed:
        # Each change of residence begins a trace of its own, as it does when a worker records it.
        with telemetry.continued("residence takes effect", kind=SpanKind.INTERNAL, traceparent=None, attributes={}):
            await _take_effect(work, stored.case.case_id)
    return len(claimed) == CLAIMED_AT_ONCE


async def apply(work: Work, stored: Stored, before: Whereabouts, move: Move) -> Recorded:
    """Let a change of residence have its effect on a case whose row is locked."""
    decision = decide(before, move, work.today)
    after = evolve(before, move, decision)
    residence = after.find(move.place, move.moved_on)
    if residence is None:
        raise LookupError("a recorded residence cannot be found again")
    if residence not in before.residences:
        if before.find(move.place, move.moved_on) is None:
            await store.add(work, stored.case.case_id, residence)
        else:
            await store.take_effect(work, [residence.residence_id])
    case = stored.case
    for event in decision.events:
        case = case_domain.evolve(case, event)
    await cases.save(work, case, decision.events)
    return Recorded(case.person_id, decision.outcome, residence)


def whereabouts(stored: Stored, residences: tuple[Residence, ...]) -> Whereabouts:
    """Where the young person of a case lives over time."""
    case = stored.case
    return Whereabouts(case.case_id, case.version, case.person_id, case.role, case.placing_area, residences)


async def _take_effect(work: Work, case_id: UUID) -> None:
    while True:
        stored = await cases.require_open(work, case_id)
        before = whereabouts(stored, await store.of_case(work, case_id))
        coming = due(before, work.today)
        if not coming:
            return
        await apply(work, stored, before, coming[0])
