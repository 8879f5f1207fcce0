"""How a route reads or changes somebody's data: a ``Reader`` writes the access log in the same transaction."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request

from services.chassis.auth import Principal, Role
from services.chassis.boundary import InWork
from services.chassis.work import Work
from services.plans.disclosures import store
from services.plans.disclosures.domain import Done, Purpose, Seen

_SUPERVISED = {Seen.ACCESS_LOG, Seen.DISCLOSURES, Seen.OPENINGS, Done.OPENING_ACKNOWLEDGED}


class Reader:
    """Whoever asks, with the purpose that they give, or else the usual one of what they do."""

    def __init__(self, work: Work, principal: Principal, purpose: Purpose | None) -> None:
        self._work = work
        self._principal = principal
        self._purpose = purpose

    async def looks_at(
        self, seen: Seen, person_id: UUID, case_id: UUID | None = None, *, opening_id: UUID | None = None
    ) -> None:
        """Note that one person's data, or one case, is read; ``opening_id``: from outside, with the reason there."""
        await self._note(seen, [(person_id, case_id)], opening_id)

    async def looks_at_all(self, seen: Seen, subjects: Sequence[tuple[UUID, UUID | None]]) -> None:
        """Note that several are read at once: (person, case or None)."""
        await self._note(seen, subjects)

    async def has_done(
        self, done: Done, person_id: UUID, case_id: UUID | None = None, *, opening_id: UUID | None = None
    ) -> None:
        """Note that one person's data, or one case, was changed; ``opening_id``: as for ``looks_at``."""
        await self._note(done, [(person_id, case_id)], opening_id)

    async def has_done_to_all(self, done: Done, subjects: Sequence[tuple[UUID, UUID | None]]) -> None:
        """Note that several were changed at once: (person, case or None)."""
        await self._note(done, subjects)

    async def _note(
        self, what: Seen | Done, subjects: Sequence[tuple[UUID, UUID | None]], opening_id: UUID | None = None
    ) -> None:
        purpose = self._purpose or _usual_purpose(self._principal.role, what)
        await store.note_access(self._work, self._principal, what, purpose, subjects, opening_id=opening_id)


def _usual_purpose(role: Role, what: Seen | Done) -> Purpose:
    if role is Role.YOUNG_PERSON:
        return Purpose.CLIENT_REQUEST
    return Purpose.SUPERVISION if what in _SUPERVISED else Purpose.AFTERCARE


def _reader(
    request: Request,
    work: InWork,
    purpose: Annotated[
        Purpose | None,
        Header(alias="X-Access-Purpose", description="Why; kept in the access log. Left out: the usual."),
    ] = None,
) -> Reader:
    return Reader(work, request.state.principal, purpose)


InReader = Annotated[Reader, Depends(_reader)]
"""The reader, as a handler's parameter."""
