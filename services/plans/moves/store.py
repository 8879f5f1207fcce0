"""Residences in the database: the present, the past and what is to come, per case."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Select, insert, select, update

from services.chassis.work import Work
from services.plans.moves.domain import Place, Residence
from services.plans.tables import residences


async def of_case(work: Work, case_id: UUID) -> tuple[Residence, ...]:
    """Every residence of a case, in the order of recording."""
    query = select(residences).where(residences.c.case_id == case_id).order_by(residences.c.position)
    return tuple(
        Residence(
            residence_id=row["residence_id"],
            position=row["position"],
            place=Place(row["municipality"], row["area"]),
            moved_on=row["moved_on"],
            effective=row["effective_at"] is not None,
        )
        for row in (await work.connection.execute(query)).mappings()
    )


async def add(work: Work, case_id: UUID, residence: Residence) -> None:
    """Store a residence of a case whose row is locked."""
    await work.connection.execute(
        insert(residences),
        {
            "residence_id": residence.residence_id,
            "case_id": case_id,
            "position": residence.position,
            "municipality": residence.place.municipality,
            "area": residence.place.area,
            "moved_on": residence.moved_on,
            "recorded_at": work.now,
            "effective_at": work.now if residence.effective else None,
        },
    )


async def take_effect(work: Work, residence_ids: Iterable[UUID]) -> None:
    """Note that the day of scheduled residences has come."""
    await work.connection.execute(
        update(residences).where(residences.c.residence_id.in_(list(residence_ids))).values(effective_at=work.now)
    )


def cases_due(today: date) -> Select[tuple[UUID]]:
    """The ids of cases with a residence whose day has come, as a query: cases' store claims them by it."""
    return select(residences.c.case_id).where(residences.c.effective_at.is_(None), residences.c.moved_on <= today)
