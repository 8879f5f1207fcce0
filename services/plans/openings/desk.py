"""How a route comes to a case: may this caller open it? Then the log has it, and the case is there."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.chassis.auth import Principal, Role
from services.chassis.boundary import InWork
from services.chassis.problems import Problem
from services.chassis.work import Work
from services.plans.cases import commands as cases
from services.plans.cases.domain import no_such_case
from services.plans.cases.store import Stored
from services.plans.disclosures.domain import Done, Seen
from services.plans.disclosures.reading import InReader, Reader
from services.plans.openings import commands
from services.plans.openings.domain import Author, AuthorKind


@dataclass(frozen=True)
class Opened:
    """What is open before somebody: one young person's data, or one case of hers. The log is still to be written."""

    person_id: UUID
    case_id: UUID | None
    _reader: Reader
    _opening_id: UUID | None

    async def is_read(self, seen: Seen) -> None:
        """Note what is read."""
        await self._reader.looks_at(seen, self.person_id, self.case_id, opening_id=self._opening_id)

    async def is_changed(self, done: Done) -> None:
        """Note what was changed."""
        await self._reader.has_done(done, self.person_id, self.case_id, opening_id=self._opening_id)


class Desk:
    """Whoever asks, before the cases that they may open. Every route that touches a case goes through here.

    Each way in raises ``Refusal`` 404 where there is nothing for the caller, and ``Problem`` 403 ``reason-needed`` for
    a worker who is not one of the case's own and has given no reason.
    """

    def __init__(self, work: Work, principal: Principal, reader: Reader) -> None:
        self._work = work
        self._principal = principal
        self._reader = reader

    @property
    def author(self) -> Author:
        """The caller, as a case remembers who did something. Raises ``Problem`` 403 for a token that names nobody."""
        return Author(self._principal.area, AuthorKind(self._principal.role.value), self._principal.person_id)

    async def sees(self, case_id: UUID, seen: Seen) -> Stored:
        """Open a case to read of it; the access log notes what."""
        stored = await cases.get(self._work, case_id)
        await (await self._open(stored)).is_read(seen)
        return stored

    async def does(self, case_id: UUID, done: Done) -> Stored:
        """Open an open case to change something in it; it is locked, and the access log notes what.

        Raises ``Refusal`` 409 for a closed one.
        """
        opened = await self.opens(case_id)
        stored = await cases.require_open(self._work, case_id)
        await opened.is_changed(done)
        return stored

    async def opens(self, case_id: UUID) -> Opened:
        """Open a case for a command that takes its own locks; the route then says what became of it."""
        return await self._open(await cases.get(self._work, case_id))

    async def opens_person(self, person_id: UUID, *, prepared_by: UUID | None = None) -> Opened:
        """Open a young person's data: to whoever may open a case of hers. While she has none, to every worker.

        Always to the worker ``prepared_by``, who prepares for her.
        """
        if self._principal.role is Role.WORKER and self._principal.person_id == prepared_by:
            return Opened(person_id, None, self._reader, None)
        hers = await commands.cases_of(self._work, person_id)
        if not hers and self._principal.role is Role.WORKER:
            return Opened(person_id, None, self._reader, None)
        admitted = await commands.admitted(self._work, self._principal, hers)
        if admitted is None:
            raise self._not_without_a_reason(hers[0]) if hers else no_such_case()
        return Opened(person_id, None, self._reader, admitted.opening_id)

    async def _open(self, stored: Stored) -> Opened:
        admitted = await commands.admitted(self._work, self._principal, [stored])
        if admitted is None:
            raise self._not_without_a_reason(stored)
        return Opened(stored.case.person_id, stored.case.case_id, self._reader, admitted.opening_id)

    def _not_without_a_reason(self, stored: Stored) -> Exception:
        """To a young person, another's case is not there at all."""
        return _reason_needed(stored) if self._principal.role is Role.WORKER else no_such_case()


def _reason_needed(stored: Stored) -> Problem:
    return Problem(
        403,
        "reason-needed",
        "This is open to the young person's own workers; another worker gives a reason.",
        field="case_id",
        expected=f"POST /cases/{stored.case.case_id}/openings",
    )


def _desk(request: Request, work: InWork, reader: InReader) -> Desk:
    return Desk(work, request.state.principal, reader)


InDesk = Annotated[Desk, Depends(_desk)]
"""The caller's desk, as a handler's parameter."""
