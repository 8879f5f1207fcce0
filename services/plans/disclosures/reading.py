"""How a route reads somebody's data: through a ``Reader``, which writes the access log in the same transaction."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request

from services.chassis.auth import Principal
from services.chassis.boundary import InWork
from services.chassis.work import Work
from services.plans.disclosures import store
from services.plans.disclosures.domain import Purpose, Seen


class Reader:
    """Whoever asks, with the purpose that they give."""

    def __init__(self, work: Work, principal: Principal, purpose: Purpose | None) -> None:
        self._work = work
        self._principal = principal
        self._purpose = purpose

    async def looks_at(self, seen: Seen, person_id: UUID, case_id: UUID | None = None) -> None:
        """Note that one person's data, or one case, is read."""
        await self.looks_at_all(seen, [(person_id, case_id)])

    async def looks_at_all(self, seen: Seen, subjects: list[tuple[UUID, UUID | None]]) -> None:
        """Note that several are read at once: (person, case or None)."""
        await store.note_access(self._work, self._principal, seen, self._purpose, subjects)


def _reader(
    request: Request,
    work: InWork,
    purpose: Annotated[
        Purpose | None, Header(alias="X-Access-Purpose", description="Why the data is read; kept in the access log.")
    ] = None,
) -> Reader:
    return Reader(work, request.state.principal, purpose)


InReader = Annotated[Reader, Depends(_reader)]
"""The reader, as a handler's parameter."""
