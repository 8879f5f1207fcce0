"""Young people in the database. The identity code is looked up here and nowhere else."""

from collections.abc import Collection
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import RowMapping, Select, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.refusals import Refusal, RefusalKind
from contracts.values import Language
from services.chassis.work import Work
from services.plans.people.domain import Details, Person
from services.plans.people.identity import Hetu
from services.plans.tables import people


async def load(work: Work, person_id: UUID, *, lock: bool = False) -> Person | None:
    """A person by id; ``lock`` holds her row until the transaction ends."""
    query = select(people).where(people.c.person_id == person_id)
    row = (await work.connection.execute(_held(query) if lock else query)).mappings().one_or_none()
    return None if row is None else _person(row)


async def find(work: Work, hetu: Hetu) -> Person | None:
    """A person by identity code."""
    query = select(people).where(people.c.hetu == hetu.plain)
    row = (await work.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _person(row)


async def load_identified(work: Work, person_id: UUID) -> tuple[Person, Hetu] | None:
    """A person with her identity code."""
    query = select(people).where(people.c.person_id == person_id)
    row = (await work.connection.execute(query)).mappings().one_or_none()
    return None if row is None else (_person(row), Hetu(row["hetu"]))


async def add(work: Work, person: Person, hetu: Hetu) -> bool:
    """Add a person; False, with no effect, when the id or the identity code is already there."""
    row = {"person_id": person.person_id, "hetu": hetu.plain, "version": person.version, **asdict(person.details)}
    result = await work.connection.execute(insert(people).on_conflict_do_nothing(), row)
    return result.rowcount == 1


async def add_or_lock(work: Work, person: Person, hetu: Hetu) -> Person:
    """Add a person, or lock and return the one who already has this identity code."""
    row = {"person_id": person.person_id, "hetu": hetu.plain, "version": person.version, **asdict(person.details)}
    adding = insert(people).values(row)
    # Writing what is there locks the row and returns it; not the code, whose index has no need to hear of it.
    statement = adding.on_conflict_do_update(
        index_elements=["hetu"], index_where=people.c.hetu.is_not(None), set_={"version": people.c.version}
    )
    return _person((await work.connection.execute(statement.returning(people))).mappings().one())


async def save(work: Work, person: Person) -> None:
    """Store a person's new version."""
    await work.connection.execute(
        update(people)
        .where(people.c.person_id == person.person_id)
        .values(version=person.version, **asdict(person.details))
    )


async def correct_hetu(work: Work, person_id: UUID, hetu: Hetu) -> bool:
    """Give a person her corrected identity code; False when she has it.

    Raises ``Refusal`` when somebody else has it: whether they are one, a person must find out.
    """
    holder = await find(work, hetu)
    if holder is not None and holder.person_id != person_id:
        raise Refusal("identity-code-taken", "Another person here has this identity code.", kind=RefusalKind.CONFLICT)
    if holder is None:
        await work.connection.execute(update(people).where(people.c.person_id == person_id).values(hetu=hetu.plain))
    return holder is None


async def languages(work: Work, person_ids: Collection[UUID]) -> dict[UUID, Language]:
    """Person → the language she is served in."""
    query = select(people.c.person_id, people.c.language).where(people.c.person_id.in_(person_ids))
    return {row.person_id: Language(row.language) for row in await work.connection.execute(query)}


def _held(query: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    # FOR NO KEY UPDATE: changes of one person take turns, and whoever only refers to her, as the logs do, never waits.
    return query.with_for_update(key_share=True)


def _person(row: RowMapping) -> Person:
    return Person(
        row["person_id"],
        row["version"],
        Details(
            given_name=row["given_name"],
            family_name=row["family_name"],
            language=Language(row["language"]),
            email=row["email"],
            phone=row["phone"],
            address_protected=row["address_protected"],
        ),
    )
