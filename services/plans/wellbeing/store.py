"""3X10D, read and written."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.chassis.work import Work
from services.plans.openings.domain import Author, AuthorKind
from services.plans.wellbeing.domain import Measure, MeasureState
from services.plans.wellbeing.tables import answers as _a
from services.plans.wellbeing.tables import measures as _m


async def load(work: Work, case_id: UUID, measure_id: UUID) -> Measure | None:
    """A measure of a case."""
    found = await _measures(work, (_m.c.case_id == case_id) & (_m.c.measure_id == measure_id))
    return found[0] if found else None


async def find_open(work: Work, case_id: UUID) -> Measure | None:
    """What is offered in a case and neither answered nor declined; at most one."""
    found = await _measures(work, (_m.c.case_id == case_id) & (_m.c.state == MeasureState.OFFERED))
    return found[0] if found else None


async def of_case(work: Work, case_id: UUID) -> list[Measure]:
    """Everything that was offered or answered in a case, the earliest first."""
    return await _measures(work, _m.c.case_id == case_id)


async def save(work: Work, measure: Measure) -> None:
    """Store a measure, new or changed; its answers are stored once and never change."""
    values = {
        "state": measure.state,
        "ended_on": measure.ended_on,
        "wording": measure.wording,
        "by_area": measure.author.area,
        "by_kind": measure.author.kind,
        "by_id": measure.author.author_id,
    }
    ids = {"measure_id": measure.measure_id, "case_id": measure.case_id, "offered_on": measure.offered_on}
    adding = upsert(_m).values({**ids, **values})
    await work.connection.execute(adding.on_conflict_do_update(index_elements=["measure_id"], set_=values))
    if measure.answers:
        rows = [
            {"measure_id": measure.measure_id, "question": question, "position": position, "value": value}
            for position, (question, value) in enumerate(measure.answers.items())
        ]
        await work.connection.execute(insert(_a), rows)


async def _measures(work: Work, wanted: ColumnElement[bool]) -> list[Measure]:
    rows = (await work.connection.execute(select(_m).where(wanted).order_by(_m.c.measure_id))).all()
    if not rows:
        return []
    query = select(_a).where(_a.c.measure_id.in_([row.measure_id for row in rows])).order_by(_a.c.position)
    given: dict[UUID, dict[str, int]] = defaultdict(dict)
    for row in await work.connection.execute(query):
        given[row.measure_id][row.question] = row.value
    return [
        Measure(
            measure_id=row.measure_id,
            case_id=row.case_id,
            state=MeasureState(row.state),
            author=Author(row.by_area, AuthorKind(row.by_kind), row.by_id),
            offered_on=row.offered_on,
            ended_on=row.ended_on,
            wording=row.wording,
            answers=given[row.measure_id] or None,
        )
        for row in rows
    ]
