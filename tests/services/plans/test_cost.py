"""What a handoff costs in statements: counts do not depend on the machine, and grow only on purpose."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from contracts.plans import ResidenceChanged
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea
from tests.services.plans.handoffs import accepted, contact, dossier, opened, received, released_here


@contextmanager
def _statements(area: PlansArea) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engine = area.service.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_giving_a_young_person_on_takes_few_statements(placing: PlansArea) -> None:
    case_id = await placing.case()
    with _statements(placing) as moving:
        await placing.move(case_id, "837", placing.today)
    [move] = await said(placing.service, ResidenceChanged)
    handoff = opened(move)
    with _statements(placing) as preparing:
        await hear(placing.service, handoff)
    with _statements(placing) as keeping:
        await hear(placing.service, accepted(move, handoff.handoff_id, contact()))
    assert (len(moving), len(preparing), len(keeping)) == (7, 11, 3)


async def test_receiving_a_young_person_takes_few_statements_whatever_the_number_of_cases(residence: PlansArea) -> None:
    await residence.worker(caseload_aim=100)
    costs = set()
    for _ in range(4):
        handoff = received(dossier())
        with _statements(residence) as receiving:
            await hear(residence.service, handoff)
        costs.add(len(receiving))
    assert costs == {18}
    with _statements(residence) as repeating:
        await hear(residence.service, handoff)
    with _statements(residence) as releasing:
        await hear(residence.service, released_here(handoff))
    assert (len(repeating), len(releasing)) == (2, 8)
