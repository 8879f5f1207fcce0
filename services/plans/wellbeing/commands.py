"""Offering the ten questions, answering them, or not; each answer stays by itself."""

from collections.abc import Mapping
from uuid import UUID

from contracts.values import new_id
from services.chassis.work import Work
from services.plans.openings.domain import Author
from services.plans.wellbeing import store
from services.plans.wellbeing.domain import Command, Decline, Measure, Offer, Take, decide, evolve, no_such_measure
from services.plans.wellbeing.meter import METER


async def offer(work: Work, case_id: UUID, author: Author) -> Measure:
    """Offer the questions in a locked case. Raises ``Refusal`` while they are offered already."""
    return await _do(work, await store.find_open(work, case_id), Offer(new_id(), case_id, author))


async def take(
    work: Work, case_id: UUID, measure_id: UUID | None, answers: Mapping[str, int], author: Author
) -> Measure:
    """Answer what was offered; without ``measure_id`` what is offered now, or unasked. Raises ``Refusal``."""
    measure = await store.find_open(work, case_id) if measure_id is None else await _get(work, case_id, measure_id)
    ordered = {key: answers[key] for key in sorted(answers, key=_position)}
    return await _do(work, measure, Take(new_id(), case_id, author, ordered, METER.wording))


async def decline(work: Work, case_id: UUID, measure_id: UUID, author: Author) -> Measure:
    """Not to answer; no reason is asked. Raises ``Refusal``."""
    return await _do(work, await _get(work, case_id, measure_id), Decline(author))


async def _get(work: Work, case_id: UUID, measure_id: UUID) -> Measure:
    measure = await store.load(work, case_id, measure_id)
    if measure is None:
        raise no_such_measure()
    return measure


async def _do(work: Work, measure: Measure | None, command: Command) -> Measure:
    events = decide(measure, command, METER.scale, work.today)
    for event in events:
        measure = evolve(measure, event)
    if measure is None:
        raise no_such_measure()
    if events:
        await store.save(work, measure)
    return measure


def _position(question: str) -> int:
    keys = METER.scale.questions
    return keys.index(question) if question in keys else len(keys)
