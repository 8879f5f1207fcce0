"""How a route comes to a case: may this caller open it? Then the log has it, and the case is there."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.chassis.auth import Principal, Role
from services.chassis.boundary import InWork
from services.chassis.work import Work
from services.plans.cases import commands as cases
from services.plans.cases.domain import no_such_case
from services.plans.cases.store import Stored
from services.plans.disclosures.domain import Done, Seen
from services.plans.disclosures.reading import InReader, Reader
from services.plans.openings.domain import Author, AuthorKind


class Desk:
    """Whoever asks, before the cases that they may open. Every route that touches a case goes through here."""

    def __init__(self, work: Work, principal: Principal, reader: Reader) -> None:
        self._work = work
        self._principal = principal
        self._reader = reader

    @property
    def author(self) -> Author:
        """The caller, as a case remembers who did something. Raises ``Problem`` 403 for a token that names nobody."""
        return Author(self._principal.area, AuthorKind(self._principal.role.value), self._principal.person_id)

    async def sees(self, case_id: UUID, seen: Seen) -> Stored:
        """Open a case to read of it; the access log notes what. Raises ``Refusal`` 404, also for another's case."""
        stored = await cases.get(self._work, case_id)
        self._require_may_open(stored)
        await self._reader.looks_at(seen, stored.case.person_id, case_id)
        return stored

    async def does(self, case_id: UUID, done: Done) -> Stored:
        """Open an open case to change something in it; it is locked, and the access log notes what.

        Raises ``Refusal`` 404, also for another's case, and 409 for a closed one.
        """
        self._require_may_open(await cases.get(self._work, case_id))
        stored = await cases.require_open(self._work, case_id)
        await self._reader.has_done(done, stored.case.person_id, case_id)
        return stored

    def _require_may_open(self, stored: Stored) -> None:
        if self._principal.role is Role.YOUNG_PERSON and self._principal.person_id != stored.case.person_id:
            raise no_such_case()


def _desk(request: Request, work: InWork, reader: InReader) -> Desk:
    return Desk(work, request.state.principal, reader)


InDesk = Annotated[Desk, Depends(_desk)]
"""The caller's desk, as a handler's parameter."""
