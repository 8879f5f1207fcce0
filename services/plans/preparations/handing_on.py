"""A worker leaves: what they prepare is handed on in the same transaction, as their cases are (C1)."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.chassis import journal
from services.chassis.work import Work
from services.plans.people import store as people
from services.plans.preparations import store
from services.plans.preparations.domain import NameWorker, after, said
from services.plans.workers.domain import Need, OnRoster, choose, nobody_to_name


async def hand_on(work: Work, worker_id: UUID, remaining: Sequence[OnRoster]) -> list[UUID]:
    """Name another worker for every open preparation of one who leaves; whose these are.

    ``remaining`` is the locked roster without the one who leaves. Raises ``Refusal`` when nobody may be named.
    """
    held = await store.open_of_worker(work, worker_id)
    languages = await people.languages(work, {each.person_id for each in held})
    roster = {each.worker.worker_id: each for each in remaining}
    for before in held:
        choice = choose(list(roster.values()), Need(languages[before.person_id], before.content.special_support))
        if choice is None:
            raise nobody_to_name()
        named = choice.worker.worker_id
        preparation = after(before, NameWorker(named), work.today)
        await store.save(work, preparation)
        await journal.record(work, *said(before, preparation))
        roster[named] = replace(roster[named], open_cases=roster[named].open_cases + 1)
    return [each.person_id for each in held]
